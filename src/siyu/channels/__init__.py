"""Pipes out and in, one folder each. A channel knows the contracts of the rooms that it serves and no other channel."""
