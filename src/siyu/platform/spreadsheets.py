"""Text in tables that people open with a spreadsheet."""

from __future__ import annotations

from typing import Final

FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins so for a formula, whoever wrote it; some also where the sign is of full width."""


def harmless(text: str) -> str:
    """The text as it can stand in a CSV: what would be taken for a formula gets an apostrophe before it."""
    return f"'{text}" if text.startswith(FORMULA) else text
