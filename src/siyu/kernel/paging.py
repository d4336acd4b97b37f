"""Lists come in pages, by key: the next page starts after the last row seen, so deep pages cost as little as the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

MAX_PAGE_SIZE = 500

Row = TypeVar("Row")


def like(text: str) -> str:
    """A part of a text, as SQL's LIKE looks for it."""
    escaped = text.strip().replace("\x00", "").replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


@dataclass(frozen=True, slots=True)
class PageRequest:
    """At most `size` rows after `after` (an opaque key from the previous page; None for the first). Of lists that can be searched:
    those whose name has `search` in it, and of `ids` alone where there are any given."""

    size: int = 50
    after: str | None = None
    search: str = ""
    ids: frozenset[int] | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.size <= MAX_PAGE_SIZE:
            raise ValueError(f"a page holds 1 to {MAX_PAGE_SIZE} rows")

    @property
    def pattern(self) -> str:
        """`search`, anywhere in a text."""
        return like(self.search)

    @property
    def id_list(self) -> list[int] | None:
        """`ids`, as a statement takes them."""
        return None if self.ids is None else sorted(self.ids)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows of one page; `next_after` is None on the last."""

    rows: Sequence[Row]
    next_after: str | None = None
