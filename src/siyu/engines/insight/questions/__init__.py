"""Questions to the columns: funnels, retention, paths, lifecycle and stickiness, completion, sends. One file for each."""
