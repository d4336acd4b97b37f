"""Siyu (私域): an open private-domain operations system. The house is described in docs/house.md."""

__version__ = "0.1.0"
