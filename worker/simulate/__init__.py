"""Days of the future in seconds: the real engine and store on a virtual clock.

Nothing is sent and no project is touched: what runs is a throwaway database (`world`), with a
transport that only takes note (`transport`) and people who are made up or copied (`people`), who
do nothing, or what a `behaviour` says. `run` lets time pass; the result is a `future`, of which
`plan`, `difference`, `warnings` and `page` make what people and machines read.
"""
