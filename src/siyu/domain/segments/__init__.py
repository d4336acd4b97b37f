"""Room `segments`: who is in which segment.

A segment is a definition of kind `segment` (its id is the definition's id) and the set of customers that match it. Owns the
language of the definitions (`language`; checked by `definition`, told by `sentences`, written out by `expanding`), the membership
(a bitmap of customer ids in chunks, flipped by XOR), what is kept true of each segment, and when each customer is to be looked
at next. Fixed lists, RFM schemes and ladders are definitions of this room too; the cells and stages of the last two are kept as
segments that nobody lists. Evaluating is engine `audience`'s matter.

Events: `segment_entered`, `segment_exited`, each with {segment_id, version, reason}; the profile is the customer's own id.
`segment_moved` tells the history alone that membership followed a merge; `stage_changed` tells movements on a ladder.

Invariants: `entered` and `exited` of one segment alternate for a customer, and are in the log if, and only if, the bit was
flipped in the same transaction. A merge tells neither: the loser's bit moves to the winner (who has been told in already, as
the loser), and the winner is told out when the columns have followed, where the merged customer does not match. A customer split
off starts outside every segment. A stopped segment keeps the members it had; a deleted one keeps none and tells nobody. No
definition in force refers to itself on whatever way, or comes to more than `expanding` allows.
"""
