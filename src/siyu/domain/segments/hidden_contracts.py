"""What others may know of hidden segments. Part of `contracts`."""

from __future__ import annotations

HIDDEN_KIND = "hidden_segment"
"""Definitions of this kind are segments too, kept true like any other; they belong to a scheme or a ladder, and are not listed."""
