"""What an experiment showed: samples compared by fixed-horizon, always-valid and Bayesian rules, and how many people it takes."""
