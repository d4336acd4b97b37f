"""Engine `tagging`: keeps tags by rules that a segment or an event triggers, works off what is tagged in bulk, ends tags whose time
is over, and tells how many bear which and how it came to that."""
