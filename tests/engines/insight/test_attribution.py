"""Attribution asked of the columns, against a plain reading of the same histories; what is credited adds up."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction
from itertools import groupby, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.definitions.contracts import EventMatch, Filter
from siyu.domain.metrics.contracts import Attribution, BetweenDays, Length, TouchPoint
from siyu.engines.insight.attribution.answering import AttributionAnswer, asked_of, attribution, attribution_people
from siyu.engines.insight.attribution.journeys import CHANNELS_MAX, Asked, Tally, tally
from siyu.engines.insight.attribution.models import MODELS, START, Model, positions
from siyu.engines.insight.questions.asking import Asking
from siyu.engines.insight.terms.breakdowns import Group
from siyu.engines.insight.terms.whom import Whom, asked_whom
from siyu.kernel.actors import Scope
from siyu.kernel.clock import milliseconds_of
from siyu.platform.columns.client import Columns
from tests.engines.audience.histories import NOON, Happening, History, Person, empty, put

HOUR = timedelta(hours=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
NAMES = ("a", "b")
SCAN = TouchPoint(EventMatch("scanned"), "scan")
VISIT = TouchPoint(EventMatch("visited", (Filter("kind", "is_not", "bot"),)), "visit", "from")


def asking(columns: Columns, whom: Whom = Whom()) -> Asking:  # everybody, for ever
    return Asking(columns, NOON + timedelta(days=700), SHANGHAI, whom)


def asked(window: int = 12, until_on: str = "2026-06-03", half_life: Length = Length(6, "hour")) -> Attribution:
    period = BetweenDays("2026-06-01", until_on)
    return Attribution(EventMatch("order_paid"), (VISIT, SCAN), period, Length(window, "hour"), half_life, "total_fen")


ACTS = st.tuples(
    st.integers(1, 4),
    st.integers(-20, 60),
    st.sampled_from(["scanned", "visited a", "visited b", "visited", "visited bot", "order_paid", "other"]),
    st.integers(0, 1000),
)


def happening(who: int, hour: int, act: str, fen: int) -> Happening:
    name, _, source = act.partition(" ")
    properties: dict[str, object] = {"total_fen": fen} if name == "order_paid" else {}
    if source:
        properties = {"kind": "bot", "from": "a"} if source == "bot" else {"from": source}
    return Happening(name, who, NOON + hour * HOUR, properties)


def plain_weights(times: Sequence[int], at: int) -> dict[Model, list[Fraction]]:
    """What each touch of a journey is given."""
    decayed = [Fraction(2 ** ((each - at) / (6 * 3_600_000))) for each in times]
    return {
        "first": [Fraction(n == 0) for n in range(len(times))],
        "last": [Fraction(n == len(times) - 1) for n in range(len(times))],
        "linear": [Fraction(1, len(times))] * len(times),
        "position": positions(len(times)),
        "decay": [each / sum(decayed) for each in decayed],
    }


def plain_tally(question: Asked, acts: Sequence[tuple[int, Happening]]) -> Tally:
    """Journey by journey, act by act. `acts`: with the customer they belong to, in the order of the log."""
    slots = {"": 0, "a": 1, "scan": 2}
    by_customer: dict[int, list[tuple[int, int, Happening]]] = defaultdict(list)
    for n, (customer, act) in enumerate(acts):
        at = milliseconds_of(act.occurred_at)
        if question.since_ms - question.window_ms <= at <= question.until_ms:
            by_customer[customer].append((at, n, act))
    rules: dict[Model, dict[int, list[Fraction]]] = {rule: defaultdict(lambda: [Fraction(0)] * 2) for rule in RULES}
    moves: Counter[tuple[int, int]] = Counter()
    converted: Counter[int] = Counter()
    ended: Counter[int] = Counter()
    sets: dict[frozenset[int], list[int]] = defaultdict(lambda: [0, 0])
    totals = [0, 0, 0, 0, 0]

    def lose(touches: Sequence[tuple[int, int]]) -> None:
        channels = [channel for at, channel in touches if at >= question.since_ms]
        if channels:
            totals[4] += 1
            moves.update(pairwise([START, *channels]))
            ended[channels[-1]] += 1

    for theirs in by_customer.values():
        waiting: list[tuple[int, int]] = []
        for at, _, act in sorted(theirs, key=lambda each: each[:2]):
            if act.name in ("scanned", "visited") and act.properties.get("kind") != "bot":
                channel = "scan" if act.name == "scanned" else str(act.properties.get("from", ""))
                waiting.append((at, slots.get(channel, 3)))
            if act.name != "order_paid":
                continue
            taken = [touch for touch in waiting if at - touch[0] <= question.window_ms]
            lose([touch for touch in waiting if touch not in taken])
            waiting = []
            if at < question.since_ms:
                continue
            fen = int(act.properties["total_fen"])
            channels = [channel for _, channel in taken]
            totals[0], totals[1] = totals[0] + 1, totals[1] + fen
            if not taken:
                totals[2], totals[3] = totals[2] + 1, totals[3] + fen
                continue
            weights = plain_weights([each for each, _ in taken], at)
            for rule, parts in weights.items():
                for slot, part in zip(channels, parts, strict=True):
                    conversions, value = rules[rule][slot]
                    rules[rule][slot] = [conversions + part, value + part * fen]
            moves.update(pairwise([START, *channels]))
            converted[channels[-1]] += 1
            known = sets[frozenset(channels)]
            known[0], known[1] = known[0] + 1, known[1] + fen
        lose(waiting)
    credits_of = {
        rule: {channel: (float(conversions), float(value)) for channel, (conversions, value) in found.items()}
        for rule, found in rules.items()
    }
    return Tally(
        conversions=totals[0],
        value=totals[1],
        untouched=totals[2],
        untouched_value=totals[3],
        lost=totals[4],
        rules=credits_of,
        moves=moves,
        converted=converted,
        ended=ended,
        sets={each: (n, fen) for each, (n, fen) in sets.items()},
    )


RULES: tuple[Model, ...] = ("first", "last", "linear", "position", "decay")


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, max_size=120), st.integers(1, 30), st.booleans())
def test_journeys_are_what_a_plain_reading_finds(
    columns: Columns, acts: list[tuple[int, int, str, int]], window: int, is_merged: bool
) -> None:
    happenings = [happening(*act) for act in acts]
    merged = {4: 1} if is_merged else {}
    empty(columns)
    put(columns, History([Person(n, is_deleted=n in merged) for n in range(1, 5)], happenings, merged))
    question = asked(window=window)
    instants = asked_of(asking(columns), question)
    found = tally(columns, instants, ["a", "scan"], Whom())
    expected = plain_tally(instants, [(merged.get(each.profile_id, each.profile_id), each) for each in happenings])
    assert (found.conversions, found.value, found.untouched, found.untouched_value, found.lost) == (
        expected.conversions,
        expected.value,
        expected.untouched,
        expected.untouched_value,
        expected.lost,
    )
    assert (found.moves, found.converted, found.ended) == (expected.moves, expected.converted, expected.ended)
    assert found.sets == expected.sets
    for rule, credits_of in expected.rules.items():
        # rules that give nothing to a touch still name its channel
        named = {channel: pair for channel, pair in found.rules[rule].items() if pair != (0.0, 0.0)}
        for channel in {*credits_of, *named}:
            assert named.get(channel, (0.0, 0.0)) == pytest.approx(credits_of.get(channel, (0.0, 0.0)), abs=1e-6)
    adds_up(attribution(asking(columns), question))


def adds_up(found: AttributionAnswer) -> None:
    for model in MODELS:
        credited = [row.credits[model] for row in found.channels]
        assert sum(each.conversions for each in credited) == pytest.approx(
            found.conversions - found.untouched, abs=1e-6
        )
        assert sum(each.value for each in credited) == found.value - found.untouched_value


def test_channels_beyond_the_busiest_are_one_and_scopes_hold(columns: Columns) -> None:
    happenings = []
    for n in range(CHANNELS_MAX + 5):
        happenings += [happening(1, 1, f"visited c{n:02}", 0)] * (3 if n < CHANNELS_MAX else 1)
    happenings += [
        happening(1, 1, "visited", 0),
        happening(1, 2, "order_paid", 1001),
        happening(2, 1, "visited z", 0),
        happening(2, 2, "order_paid", 500),
    ]
    empty(columns)
    put(columns, History([Person(1, unit_path="1."), Person(2, unit_path="3.")], happenings))
    whole = attribution(asking(columns), asked())
    assert (whole.conversions, whole.value) == (2, 1501)
    assert [row.channel for row in whole.channels] == [
        *(Group("value", f"c{n:02}") for n in range(CHANNELS_MAX)),
        Group("missing"),
        Group("other"),
    ]
    missing, other = whole.channels[-2:]
    assert (missing.touches, missing.customers, other.touches) == (1, 1, None)
    assert (missing.credits["last"].conversions, other.credits["last"].conversions) == (1, 1)
    adds_up(whole)
    with asked_whom(columns, Scope("3.")) as whom:
        part = attribution(asking(columns, whom), asked())
    assert (part.conversions, part.value, [row.channel for row in part.channels]) == (1, 500, [Group("value", "z")])


def test_touches_long_ago_still_share_a_conversion_by_decay(columns: Columns) -> None:
    """Halved every minute for a year, what they weigh is nothing to a computer; against each other they weigh the same as ever."""
    question = asked(24 * 360, "2027-08-01", Length(1, "minute"))
    early = [Happening("visited", 1, NOON + timedelta(minutes=n), {"from": name}) for n, name in enumerate(NAMES)]
    empty(columns)
    put(columns, History([Person(1)], [*early, happening(1, 24 * 350, "order_paid", 100)]))
    found = attribution(asking(columns), question)
    assert {row.channel.key: row.credits["decay"].conversions for row in found.channels} == {
        "a": pytest.approx(1 / 3),
        "b": pytest.approx(2 / 3),
    }


def test_acts_of_one_instant_stand_in_the_order_of_the_log(columns: Columns) -> None:
    acts = [happening(1, 1, "visited a", 0), happening(1, 1, "order_paid", 100), happening(1, 1, "visited b", 0)]
    empty(columns)
    put(columns, History([Person(1)], acts))
    found = attribution(asking(columns), asked())
    assert [(row.channel.key, row.credits["last"].conversions) for row in found.channels] == [("a", 1.0), ("b", 0.0)]
    assert found.lost == 1
    assert [key for key, _ in groupby(row.touches for row in found.channels)] == [1]


def test_every_channel_leads_to_its_people(columns: Columns) -> None:
    acts = [happening(who, 1, f"visited {'a' if who < 3 else 'b'}", 0) for who in (1, 2, 3)]
    acts += [happening(1, 2, "order_paid", 100), happening(3, 40, "order_paid", 100)]
    empty(columns)
    put(columns, History([Person(n) for n in range(1, 4)], acts))

    def people(channel: str, *, converted: bool) -> list[int]:
        found = attribution_people(asking(columns), asked(), Group("value", channel), converted=converted)
        return [int(each) for each in found]

    assert (people("a", converted=True), people("a", converted=False)) == ([1], [2])
    assert (people("b", converted=True), people("b", converted=False)) == ([], [3])
    assert people("none of these", converted=True) == []
