"""The sequence language: a TOML file, read strictly, becomes a `worker.core.facts.Sequence`.

A file goes through small steps: `worker.core.document` reads TOML and remembers lines,
`fields` reads each table by the list of keys in `keys`, `checks` looks at what no single key can
tell, and `build` makes the frozen facts. Every fault of a file is found in one run.
"""
