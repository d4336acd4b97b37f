"""What a definition refers to is written out: all of it, once, within limits, and never in a circle."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import InvalidDefinitionError
from siyu.domain.segments.contracts import (
    AllCondition,
    AnyCondition,
    Condition,
    EstimateCondition,
    EstimateModel,
    EventCondition,
    ListCondition,
    NotCondition,
    RfmCondition,
    SampleCondition,
    SegmentCondition,
    StageCondition,
)
from siyu.domain.segments.definition import as_document, leaves, parse_definition
from siyu.domain.segments.expanding import (
    EXPANDED_DEPTH_MAX,
    EXPANDED_MAX,
    Expansion,
    all_that_refer,
    expand,
    find_cycle,
    references,
    spelling,
)
from siyu.kernel.errors import NotFoundError
from tests.domain.segments.definitions import EXPANDED_KINDS, IDS, conditions, random_condition

BOUGHT = EventCondition("order_paid", "at_least", 1)
VIEWED = EventCondition("page_viewed", "at_least", 1)


class Shelf:
    """A book in memory; counts how often it is looked into."""

    def __init__(self, segments: Mapping[int, Condition | None]) -> None:
        self.segments = segments
        self.looked = 0
        self.editions: dict[str, int] = {}

    def segment(self, segment_id: int) -> Condition | None:
        self.looked += 1
        if segment_id not in self.segments:
            raise NotFoundError(f"Segment {segment_id}.")
        return self.segments[segment_id]

    def rfm(self, scheme_id: int, cell: str) -> Condition:
        return EventCondition("rfm" if cell else "", "at_least", scheme_id)

    def edition(self, model: EstimateModel) -> int:
        return self.editions.get(model, 3)

    def stage(self, ladder_id: int, stage: str) -> Condition:
        return SegmentCondition(1) if stage == "segment" else EventCondition(stage, "at_least", ladder_id)


def test_what_it_refers_to_is_written_out_however_far() -> None:
    book = Shelf({1: NotCondition(SegmentCondition(2)), 2: AnyCondition((BOUGHT, SegmentCondition(3))), 3: VIEWED})
    assert expand(AllCondition((SegmentCondition(1), BOUGHT)), book) == AllCondition(
        (NotCondition(AnyCondition((BOUGHT, VIEWED))), BOUGHT)
    )


def test_a_stopped_segment_a_list_and_a_sample_stay() -> None:
    left = AllCondition((SegmentCondition(1), ListCondition(2), SampleCondition("a", 10)))
    assert expand(left, Shelf({1: None})) == left


def test_several_cells_and_stages_are_any_of_them_each_once() -> None:
    book = Shelf({1: VIEWED})
    cell = EventCondition("rfm", "at_least", 5)
    assert expand(RfmCondition(5, ("555", "555")), book) == cell
    assert expand(RfmCondition(5, ("555", "111")), book) == AnyCondition((cell, cell))
    assert expand(StageCondition(7, ("老客", "segment")), book) == AnyCondition(
        (EventCondition("老客", "at_least", 7), VIEWED)
    )


def test_an_estimate_is_asked_of_the_edition_in_force_so_that_another_is_spelled_otherwise() -> None:
    asked = AnyCondition((NotCondition(EstimateCondition("value", "p_alive", "less_than", 0.2)), SegmentCondition(1)))
    shelf = Shelf({1: EstimateCondition("scene", "best_hour", "is", 20)})
    spelled = set()
    for edition in (0, 7, 8):
        shelf.editions = {"value": edition}
        expanded = expand(asked, shelf)
        assert [leaf.edition for leaf in leaves(expanded) if isinstance(leaf, EstimateCondition)] == [edition, 3]
        spelled.add(spelling(expanded))
    assert len(spelled) == 3


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(NotFoundError):
        expand(SegmentCondition(4), Shelf({}))


def test_several_definitions_look_a_segment_up_once() -> None:
    book = Shelf({1: SegmentCondition(2), 2: BOUGHT})
    expansion = Expansion(book)
    assert [expansion.of(SegmentCondition(1)) for _ in range(3)] == [BOUGHT] * 3
    assert expansion.of(AnyCondition((SegmentCondition(2), SegmentCondition(1)))) == AnyCondition((BOUGHT, BOUGHT))
    assert book.looked == 2


@pytest.mark.parametrize(
    ("segments", "circle"),
    [
        ({1: SegmentCondition(1)}, "1 → 1"),
        ({1: SegmentCondition(2), 2: NotCondition(SegmentCondition(1))}, "1 → 2 → 1"),
        ({1: AllCondition((BOUGHT, SegmentCondition(2))), 2: StageCondition(9, ("segment",))}, "1 → 2 → 9 → 1"),
        ({1: SegmentCondition(2), 2: SegmentCondition(3), 3: SegmentCondition(2)}, "2 → 3 → 2"),
    ],
)
def test_a_circle_is_refused(segments: dict[int, Condition], circle: str) -> None:
    expansion = Expansion(Shelf(segments))
    for _ in range(2):  # it is not half remembered
        with pytest.raises(InvalidDefinitionError) as caught:
            expansion.of(SegmentCondition(1))
        assert circle in str(caught.value.fields["reason"])
        assert circle in str(caught.value.fields["reason_zh"])


def test_it_may_come_to_so_many_conditions_and_no_more() -> None:
    ten = AnyCondition((BOUGHT,) * 10)
    book = Shelf({1: ten})
    fitting = AllCondition((SegmentCondition(1),) * 90 + (BOUGHT,) * 9)
    assert len(leaves(expand(fitting, book))) == 909
    assert EXPANDED_MAX == 1 + 90 * 11 + 9
    with pytest.raises(InvalidDefinitionError, match="1001 conditions; at most 1000"):
        expand(AllCondition((*fitting.of, BOUGHT)), book)


def test_doubling_again_and_again_is_refused_before_it_fills_the_memory() -> None:
    doubled: dict[int, Condition] = {n: AnyCondition((SegmentCondition(n + 1),) * 100) for n in range(1, 30)}
    with pytest.raises(InvalidDefinitionError, match="conditions; at most"):
        expand(SegmentCondition(1), Shelf({**doubled, 30: BOUGHT}))


@pytest.mark.parametrize("wrapped", [True, False])
def test_it_may_be_so_deep_and_no_deeper(wrapped: bool) -> None:
    def chain(length: int) -> Shelf:
        links: dict[int, Condition] = {
            n: NotCondition(SegmentCondition(n + 1)) if wrapped else SegmentCondition(n + 1) for n in range(1, length)
        }
        return Shelf({**links, length: BOUGHT})

    assert leaves(expand(SegmentCondition(1), chain(EXPANDED_DEPTH_MAX))) == [BOUGHT]
    with pytest.raises(InvalidDefinitionError, match="too deep"):
        expand(SegmentCondition(1), chain(EXPANDED_DEPTH_MAX + 1))
    with pytest.raises(InvalidDefinitionError, match="too deep"):
        expand(SegmentCondition(1), chain(5_000))


@given(conditions(kinds=[kind for kind in EXPANDED_KINDS if kind != "estimate"]))
def test_what_refers_to_nothing_in_force_is_itself(condition: Condition) -> None:
    assert expand(condition, Shelf(dict.fromkeys(IDS))) == condition


@given(st.integers(0, 2**63), st.integers(0, 2**63))
def test_two_are_spelled_alike_if_and_only_if_their_documents_are(seed: int, other: int) -> None:
    first, second = random_condition(Random(seed), 2), random_condition(Random(other), 2)
    assert (spelling(first) == spelling(second)) == (repr(as_document(first)) == repr(as_document(second)))
    assert spelling(parse_definition(as_document(first))) == spelling(first)


def test_one_and_one_point_nought_and_true_are_spelled_apart() -> None:
    documents = [{"kind": "attribute", "name": "a", "operator": "is", "value": each} for each in (1, 1.0, True, "1")]
    assert len({spelling(parse_definition(each)) for each in documents}) == 4


def test_the_spelling_does_not_change_between_releases() -> None:
    """It is stored: where it changes, every segment is built anew."""
    assert spelling(BOUGHT) == "c52eca4e0a45d2bfef6e0a162825cfac804b4e4f0a30bfb6cd07f0b9c7668a49"


def test_references_are_all_definitions_it_names() -> None:
    condition = AllCondition(
        (
            SegmentCondition(1),
            NotCondition(AnyCondition((ListCondition(2), RfmCondition(3, ("a", "b")), StageCondition(4, ("c",))))),
            SegmentCondition(1),
            BOUGHT,
        )
    )
    assert references(condition) == frozenset({1, 2, 3, 4})
    assert references(BOUGHT) == frozenset()


GRAPHS = st.dictionaries(st.integers(1, 8), st.frozensets(st.integers(1, 8), max_size=3), max_size=8)


def reached(graph: Mapping[int, frozenset[int]], start: int) -> set[int]:
    """Plainly: as many steps as there can be."""
    found = set(graph.get(start, ()))
    for _ in range(10):
        found |= {each for known in found for each in graph.get(known, ())}
    return found


@given(GRAPHS, st.integers(1, 8))
def test_a_circle_is_found_where_there_is_one(graph: dict[int, frozenset[int]], start: int) -> None:
    cycle = find_cycle(graph, start)
    assert (cycle is not None) == (start in reached(graph, start))
    if cycle is not None:
        assert cycle[0] == cycle[-1] == start
        assert start not in cycle[1:-1]
        assert all(after in graph[before] for before, after in pairwise(cycle))


@given(GRAPHS, st.integers(1, 8))
def test_all_users_are_found_however_far(graph: dict[int, frozenset[int]], to: int) -> None:
    assert all_that_refer(graph, to) == {each for each in graph if to in reached(graph, each)}
