"""How leads come in: a list from a spreadsheet, or one by hand.

::

    file ──► sheet ──► columns ──► lead_reader ──► csv_import ──► database
             records   cell: field  address, domain   │
                                    and cell checks    └──► rejects: <file>.rejected.csv

`csv_import.import_leads` and `by_hand.add_lead` are the two ways in; both read a lead's cells with
the same `lead_reader.LeadReader`, so that the same address is refused by both in the same words.
"""
