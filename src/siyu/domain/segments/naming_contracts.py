"""What the things are called that conditions know by their number or their key. Part of `contracts`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

NamedKind = Literal["tag", "staff", "unit", "segment", "list", "rfm", "ladder"]
Named = tuple[NamedKind, int]
"""Something that a condition knows by its number alone."""
Namer = Callable[[Collection[Named]], Mapping[Named, str]]
"""Finds out what such things are called; one that it does not know it leaves out."""


@dataclass(frozen=True, slots=True)
class Names:
    """`things`: what is called how. `parts`: the names of cells and stages in Chinese and in English, by the number of the
    scheme or ladder and their key. What is in neither is called by its number or its key."""

    things: Mapping[Named, str] = field(default_factory=dict)
    parts: Mapping[tuple[int, str], tuple[str, str]] = field(default_factory=dict)
