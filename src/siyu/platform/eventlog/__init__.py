"""The append-only log of everything that happened: append, sequence, consume.

Appending happens in the transaction of the change itself. Transactions commit in any order, so a batch has no place in the
log until the sequencer, which sees only what is committed, gives it a `position`. Consumers read by position; each
keeps its own cursor.
"""
