"""Advising: what members of the staff should do next, with the reason, and what they have to do today.

It reads what rooms and columns know of a customer and says which steps help most; it changes nothing by that. Beside it keeps staff
work true: tasks and leads go with who keeps the customer, leads are opened and won by what happens, and come back to the pool.
"""
