"""Engine `audience`: finds out who matches a definition, and keeps every segment's membership true.

`evaluate` is the one evaluator: it gathers the conditions of many definitions, asks each once (`leaves` in `scans`, `sequences`,
`customer_rows`), and joins the answers, which are bits over everybody (`frames`). `explaining` tells what was found of one
customer. `keeping` follows the log and the time with a tick, `building` puts new definitions in force beside it, `merges` follows
customers who were merged or split, `exporting` and `looking` show what stands.
"""
