"""Room `metrics`: numbers with one definition each, what they are to come to, and who is told when they do not.

Owns metrics (definitions of kind `metric`), their keys, the north star, targets, alert rules and what these found; costs; saved
questions, dashboards, reports with the book of their deliveries, kept SQL and the book of what was run of it. Event, about
nobody: `metric_alerted`, {rule_id, metric_id, key, starts_on, value, usual}.

Invariants: a key is one metric's for ever and never changes while there is the metric; what is in force refers to nothing but
what is in force, and never in a circle; a rule is held against a period at most once; a line of costs counts at most once under
its key; a report goes to a receiver at most once for each moment.
"""
