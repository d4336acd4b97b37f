"""Intake: events from outside, by Segment's HTTP spec and from files, into the log: checked, deduplicated, identities resolved.

`door` checks a request and splits it by shard; `draining` takes what is in the inbox to the log; `importing` reads files.
"""
