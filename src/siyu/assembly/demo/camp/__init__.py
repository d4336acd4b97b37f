"""The course brand of the demo: 明理财商 Mingli Finance, what its company is and what its operator designed."""
