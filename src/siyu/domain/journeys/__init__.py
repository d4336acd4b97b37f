"""Journeys: graphs of nodes that customers, groups and accounts walk in time.

A journey is a definition of kind `journey` (its id is the definition's id). Owns the language of the documents, the plan of
each published version, and the entries: who is in which journey, and where. What a journey refers to, and moving entries, is
engine `orchestration`'s matter.

Events: `journey_entered`, `journey_passed_over`, `journey_goal_reached`, `journey_completed`, `journey_exited`, `journey_paused`,
each with {journey_id, version, entry_id}; the profile is the customer's own id. Of groups and accounts nothing is told.

Invariants: a subject is in a journey once at a time, a customer in one journey of a lane; an entry keeps the version that it began
with, unless a new one takes along who rests; it ends once. While a journey is paused people come in and go out but do not move
on. Entries follow their profile through merge and split.
"""
