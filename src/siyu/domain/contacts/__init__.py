"""Room `contacts`: who of the staff has which customer as a contact in WeCom, and how there and here are kept alike.

Owns the schema `contacts`: departments and members there and the units and staff they stand for; relations (member × customer)
with their remarks, tags, beginning and end; groups of tags that are kept alike; what waits to be written there; how far a sync is.
Inheritances, and how far each hand-over of a customer or a group is.

Events: `contact_added`, `contact_deleted_by_staff`, `contact_deleted_staff`, `contact_lost` when a customer's last relation ends,
`contact_regained` when one begins again, `contact_handed_over` and `handover_refused` where somebody was to be another member's.

Invariants: a relation belongs to a profile (the external_userid) and a member; only an erasure deletes it, else it is lost, and
begins anew only with a later beginning than its end. Telling the same again changes nothing and records nothing. A customer is
lost when no relation of any of their profiles lives. Who was erased is not brought back by a sync.
"""
