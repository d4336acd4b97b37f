"""Benchmarks: each measures one promise on engines of its own, in a folder of its own, and gives figures.

They are no tests: they say what was measured on this machine, and ratios of figures of the same run.
"""
