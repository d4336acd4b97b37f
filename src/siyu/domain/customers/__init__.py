"""Customers: who they are (profiles), what is known of them (attributes), what they allow (consents), who keeps them (custody).

Owns the mapping profile → customer. A profile is one identity (kind, value), made once, never changed, never removed by a
merge; a customer is a set of profiles and has the id of the oldest. Everything known is kept by profile and combined
when read, so a merge changes the mapping and nothing else, and can be undone.

Events: `profile_created`, `customer_identified`, `customers_merged`, `customers_split`, `consent_changed`, `custody_changed`.

Invariants: (kind, value) is unique; `customer_id` is the smallest `profile_id` of its component. While nobody parted anybody,
the partition into customers does not depend on the order or the batches in which identities were seen. Who parts a customer
(`split`) says of every profile that stays and every one that leaves: these two are not one person. Links never bring such a
pair into one customer; only a person's word (`merge`) does, and forgets the pairs it joins. A group of identities is the pairs
of its first one with each other, and those in it whom nobody knew before are one customer from the start; a batch takes its
pairs in the order of their profiles' ids and leaves out those that would join such a pair: so within a batch the order does not
matter, and between batches what was joined first stays. `profile_created` (with the `profile_ids` that were born with it),
`customers_merged` and `customers_split` in the log give the same mapping when replayed.

Consents are a ledger of words, each with its proof, only added to (`consent_records`); `consents` follows from it and can be
made anew. A word stands by profile, purpose and channel; the latest counts, of two at one instant the withdrawal. No to all
channels wins over a yes to one.
"""
