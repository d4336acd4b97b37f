"""明理财商 Mingli Finance: courses about money, begun by a camp of a week for one yuan; ninety days of history."""
