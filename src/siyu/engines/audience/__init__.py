"""Engine `audience`: finds out who matches a definition, and keeps every segment's membership true.

`compile` turns a definition into SQL, `evaluate` asks it (previews and refreshes alike), `refresh` brings a segment's membership
up to date and records who entered and who exited, `merges` follows customers who were merged or split.
"""
