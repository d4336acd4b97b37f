"""Customers: who they are (profiles), what is known of them (attributes), what they allow (consents), who keeps them (custody).

Owns the mapping profile → customer. A profile is one identity (kind, value), made once, never changed, never removed by a
merge; a customer is a set of profiles and has the id of the oldest. Everything known is kept by profile and combined
when read, so a merge changes the mapping and nothing else, and can be undone.

Events: `profile_created`, `customer_identified`, `customers_merged`, `consent_changed`, `custody_changed`.

Invariants: (kind, value) is unique; `customer_id` is the smallest `profile_id` of its component; the partition into customers
does not depend on the order in which identities were seen.
"""
