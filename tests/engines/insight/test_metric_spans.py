"""Spans fall into pieces and are joined of nodes again, each piece of each span exactly once."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from siyu.engines.insight.metric_spans import DAY_MS, Span, pieces_of

ROLLED = [Span(n * DAY_MS, (n + 1) * DAY_MS).rolled(180) for n in range(90)]


def random_spans(random: Random) -> list[Span]:
    starts = [random.randrange(100) for _ in range(random.choice((1, 2, 5, 30)))]
    return list(dict.fromkeys(Span(start, start + random.randrange(1, 60)) for start in starts))


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False).map(random_spans))
def test_the_nodes_of_a_span_are_its_pieces(spans: list[Span]) -> None:
    pieces = pieces_of(spans)
    nodes = pieces.nodes()
    for number in range(len(spans)):
        told = [
            piece
            for piece, of_piece in enumerate(nodes.of_pieces)
            for node in of_piece
            if number in nodes.spans_of[node]
        ]
        assert told == [piece for piece, of_spans in enumerate(pieces.spans_of) if number in of_spans]


def test_long_spans_that_overlap_are_joined_of_few_nodes() -> None:
    pieces = pieces_of(ROLLED)
    nodes = pieces.nodes()
    assert sum(map(len, pieces.spans_of)) > 8_000
    assert sum(map(len, nodes.spans_of)) + sum(map(len, nodes.of_pieces)) < 3_000
