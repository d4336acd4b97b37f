"""Engine `audience`: finds out who matches a definition, and keeps every segment's membership true.

`evaluate` answers every question, whoever asks: a preview, a tick, a build, an audit. `keeping` ticks: it asks again about those
something happened to (`dirty`) or whose time has come. `building` finds everybody of a segment that is new or changed, beside
the one in force. `refresh` has both done by a worker or at once, `merges` follows customers who were merged or split, `auditing`
compares membership with the answers about everybody. `looking` and `exporting` are for those who look at what stands.
"""
