"""Staff tasks: what a member of the staff is to do about a customer, until when, and what came of it.

A journey asks for tasks, and so do people. A task is with one member of the staff, or on the list of a unit until somebody of it
takes it. Who it is for is who keeps the customer, unless somebody was named; a task for the keeper goes with the keeping.

Events, about the customer: `task_requested`, `task_ended`.

Invariants: one task for one key; a task ends once; only who has a task, or answers for them, ends it or hands it over.
"""
