"""Room `tags`: groups of tags, and which customer bears which tag, since when, by whom and until when.

Owns the schema `tags`. Events: `customer_tagged` and `customer_untagged`, exactly once where something changed, nothing where
nothing did. Invariants: a tagging belongs to the profile that it was given to, whatever customer that is part of; a customer
bears what any of their profiles was given, and of an exclusive group just the one that was given last; what was replaced does
not come back. Whether a group is exclusive is settled before its first tagging.
"""
