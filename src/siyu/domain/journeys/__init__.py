"""Journeys: what happens to a customer after something happened, step by step.

A journey is a definition of kind `journey` (its id is the definition's id). Owns the language of the definitions, the plan of
each published version, and the entries: who is in which journey, and where. Moving entries is engine `orchestration`'s matter.

Events: `journey_entered`, `journey_completed`, `journey_exited`, each with {journey_id, version, entry_id} and the last with
the reason; the profile is the customer's own id.

Invariants: a customer is in a journey once at a time; an entry keeps the version that it began with; it ends once, completed
or exited. While a journey is paused people come in and go out but do not move on. Entries follow their profile through merge
and split; where a merge brings two active entries of one journey together, the earlier stays.
"""
