"""Long lists of values as one parameter.

Python writes an array of ten thousand values item by item; one text is made and taken apart in C. In SQL numbers are
`%s::bigint[]`, or of another whole type; other values `string_to_array(%s, chr(31))`, with a cast where they are no text.
"""

from __future__ import annotations

from collections.abc import Iterable

SEPARATOR = "\x1f"
"""The unit separator, chr(31): not printable, so it stands in no identity, number, id or instant."""


def packed(values: Iterable[str]) -> str:
    """The values as one text. None of them is empty or holds the separator."""
    return SEPARATOR.join(values)


def packed_numbers(values: Iterable[int | None]) -> str:
    """Whole numbers, or none, as PostgreSQL writes an array of them."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"
