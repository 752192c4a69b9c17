"""The command line: parsing and printing, and nothing else.

::

    main ──► app ──► one file per command group ──► project ──► engine, store, …
    errors   names       words in                   opens it
                         tables out ◄── show, times

A file that holds commands imports only typer and the standard library at its top, so that
``nurture --help`` is quick; what a command needs, it imports when it runs.
"""
