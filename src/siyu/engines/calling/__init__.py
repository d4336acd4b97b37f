"""Calling: what endpoints are to be told becomes calls, and calls are made: events → calls → programs of other people."""
