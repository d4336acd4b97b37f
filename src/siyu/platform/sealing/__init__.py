"""What must not lie in plain where rows lie: sealed values, blind tokens to look them up by, and the ring of keys behind both.

`ring.py` seals and opens; `files.py` keeps the ring in the installation's folder; `seals.py` says which keys are in force. Which
keys there are is secret and stands in the ring; which of them are in force is not, and stands in PostgreSQL, so that all
processes go over to a new key at the same moment.
"""
