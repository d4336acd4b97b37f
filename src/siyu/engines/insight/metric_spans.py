"""The stretches of time that metrics are asked for, and how they fall into pieces that are counted once. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt
from typing import Final

from siyu.engines.insight.terms.periods import Periods

DAY_MS: Final = 86_400_000
LONG_AGO_MS: Final = -(2**53)


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From the millisecond `start_ms` up to before `end_ms`."""

    start_ms: int
    end_ms: int

    def rolled(self, days: int) -> Span:
        """The `days` times 24 hours up to its end."""
        return Span(self.end_ms - days * DAY_MS, self.end_ms)


@dataclass(frozen=True, slots=True)
class Nodes:
    """What spans are joined of: pieces, and blocks of pieces one after the other, so that those in the midst of long spans that
    overlap are joined once and not for each span anew. `of_pieces` says of each piece which nodes it is in, `spans_of` of each node
    which spans."""

    of_pieces: Sequence[Sequence[int]]
    spans_of: Sequence[Sequence[int]]


@dataclass(frozen=True, slots=True)
class Pieces:
    """All spans cut at each other's ends. `bounds_ms` begin the pieces; `spans_of` says of each piece which spans it is in."""

    bounds_ms: Sequence[int]
    spans_of: Sequence[Sequence[int]]

    @property
    def start_ms(self) -> int:
        return self.bounds_ms[0]

    @property
    def end_ms(self) -> int:
        return self.bounds_ms[-1]

    @property
    def width_ms(self) -> int | None:
        """How long each piece is, if all are equally long."""
        widths = {after - before for before, after in pairwise(self.bounds_ms)}
        return widths.pop() if len(widths) == 1 else None

    @property
    def are_spans(self) -> bool:
        """Whether each piece is in one span at most, and no span has several: then what is found of pieces is found of spans."""
        told = [span for spans in self.spans_of for span in spans]
        return len(set(told)) == len(told) and all(len(spans) <= 1 for spans in self.spans_of)

    def nodes(self) -> Nodes:
        """Each span is joined of the blocks that it holds whole, and the pieces before and after them."""
        count, size = len(self.spans_of), isqrt(len(self.spans_of))
        inside: dict[int, list[int]] = {}
        for piece, spans in enumerate(self.spans_of):
            for span in spans:
                inside.setdefault(span, []).append(piece)
        of_pieces: list[set[int]] = [set() for _ in self.spans_of]
        spans_of: list[list[int]] = [[] for _ in range(count + count // size)]
        for span, pieces in inside.items():
            for node in sorted({_node(piece, pieces[0], pieces[-1], count, size) for piece in pieces}):
                spans_of[node].append(span)
                of_node = [node] if node < count else range((node - count) * size, (node - count + 1) * size)
                for piece in of_node:
                    of_pieces[piece].add(node)
        return Nodes([sorted(each) for each in of_pieces], spans_of)


def _node(piece: int, first: int, last: int, count: int, size: int) -> int:
    """The block of a piece where all of it lies between two pieces; else the piece. Blocks are numbered after all pieces."""
    block = piece // size
    return count + block if first <= block * size and (block + 1) * size - 1 <= last else piece


def spans_of(periods: Periods) -> list[Span]:
    """Of those periods that have begun; one that is not over ends now."""
    return [
        Span(start, min(end, periods.as_of_ms + 1))
        for start, end in pairwise(periods.bounds_ms)
        if start <= periods.as_of_ms
    ]


def pieces_of(spans: Collection[Span]) -> Pieces:
    """Of at least one span."""
    bounds = sorted({bound for span in spans for bound in (span.start_ms, span.end_ms)})
    place = {bound: n for n, bound in enumerate(bounds)}
    inside: list[list[int]] = [[] for _ in bounds[1:]]
    for number, span in enumerate(spans):
        for n in range(place[span.start_ms], place[span.end_ms]):
            inside[n].append(number)
    return Pieces(bounds, inside)
