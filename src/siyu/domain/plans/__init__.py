"""Room `plans`: what a campaign is to be, how far it has come, and what was learned from it.

Owns plans (definitions of kind `plan`), their campaign keys, how their tasks stand; reviews (definitions of kind `review`), the
numbers that were frozen when they were closed, and the actions that came of them. Records no event of its own: no customer is
in it.

Invariants: a campaign key is one plan's, and stays once it was approved; a plan is drafted, then approved, then running, then
closed; what a closed review says and its numbers never change, and only what became of its actions does.
"""
