"""Read-only SQL for analysts: what may be written, and how it is run."""
