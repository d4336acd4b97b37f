"""Room `segments`: who is in which segment.

A segment is a definition of kind `segment` (its id is the definition's id) and the set of customers that match it. Owns the
language of the definitions, the membership (a bitmap of customer ids in chunks, flipped by XOR) and the state of each
segment: its size, when it was refreshed and how far of the log it had seen. Evaluating is engine `audience`'s matter.

Events: `segment_entered`, `segment_exited`, each with {segment_id, version}; the profile is the customer's own id.

Invariants: `entered` and `exited` of one segment alternate for a customer, and are in the log if, and only if, the bit was
flipped in the same transaction. A merge tells neither: the loser's bit moves to the winner (who has been told in already, as
the loser), and the next refresh tells the winner out where the merged customer does not match. A customer split off starts
outside every segment. A stopped segment keeps the members it had; a deleted one keeps none and tells nobody.
"""
