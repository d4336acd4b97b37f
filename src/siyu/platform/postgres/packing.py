"""Long lists of values as one parameter.

Python writes an array of ten thousand values item by item; a text joined by a separator is made and taken apart in C. In SQL:
`unnest(string_to_array(%s, chr(31)))`, with a cast where the values are no text.
"""

from __future__ import annotations

from collections.abc import Iterable

SEPARATOR = "\x1f"
"""The unit separator, chr(31): not printable, so it stands in no identity, number, id or instant."""


def packed(values: Iterable[str]) -> str:
    """The values as one text. None of them is empty or holds the separator."""
    return SEPARATOR.join(values)


def packed_numbers(values: Iterable[int]) -> str:
    """Whole numbers as one text."""
    return SEPARATOR.join(map(str, values))
