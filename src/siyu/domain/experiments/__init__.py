"""Experiments: variants compared on customers by lot.

Owns what an experiment is (its arms, whom it is for, what it is measured by), which arm each customer's profiles were given, and
what was decided. Records `experiment_exposed`, once for each customer. A customer's arm never changes; once an experiment has begun
nothing that it is measured by does either.
"""
