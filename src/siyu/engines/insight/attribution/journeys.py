"""Journeys found in the columns: what touched a customer before each conversion, and what led to none.

The acts of a customer stand in order of time, those of one instant in the order of the log. An act that is both is a conversion.
A conversion ends a journey: it takes the touches since the conversion before it, as far as they are not older than the window.
What no conversion took, and lies in the period, is a journey that led to none: one for each conversion it stands before, and one
at the end. So a touch belongs to one journey at most. Conversions count in the period alone; touches before it may be taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from siyu.domain.definitions.contracts import EventMatch
from siyu.engines.insight.attribution.models import ENDS, START, Model
from siyu.engines.insight.questions.asking import TIME, matching, named
from siyu.engines.insight.terms.breakdowns import value_text
from siyu.engines.insight.terms.periods import occurred_between
from siyu.engines.insight.terms.whom import Whom
from siyu.platform.columns.client import Columns
from siyu.platform.columns.queries import Parameters
from siyu.platform.columns.schema import CUSTOMER_OF, EVENTS

CHANNELS_MAX: Final = 20
"""So many channels are told apart, those with the most touches in the period; all others are one."""
_FROM_START: Final = 255
_APART: Final = 256


@dataclass(frozen=True, slots=True)
class Touch:
    """Events that touch a customer. The channel is what stands in `property`, or else always `name`."""

    match: EventMatch
    name: str
    property: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be credited, to what, and how long a touch is remembered; all times in milliseconds, both ends of the period
    included. `value` is the property of a conversion that says its worth in whole units (fen)."""

    conversion: EventMatch
    touches: Sequence[Touch]
    since_ms: int
    until_ms: int
    window_ms: int
    half_life_ms: int
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """A channel in the period (empty: not told): how often it touched, and how many customers."""

    channel: str
    touches: int
    customers: int


Credits = Mapping[int, tuple[float, float]]
"""By channel: conversions, and what they are worth."""


@dataclass(frozen=True, slots=True)
class Tally:
    """All that the models need to know of the journeys. A channel is 0 where it was not told, its place from 1 on among those told
    apart, and one more than the last of them otherwise.

    `moves` are from one channel (START: none yet) to the next, over all journeys; `converted` and `ended` the last channels of
    those that led to a conversion and of those that did not; `sets` the channels of the former, how many, and their worth."""

    conversions: int
    value: int
    untouched: int
    untouched_value: int
    lost: int
    rules: Mapping[Model, Credits]
    moves: Mapping[tuple[int, int], int]
    converted: Mapping[int, int]
    ended: Mapping[int, int]
    sets: Mapping[frozenset[int], tuple[int, int]]


def touched(columns: Columns, asked: Asked, whom: Whom) -> list[Touched]:
    """The channels with the most touches in the period, at most CHANNELS_MAX and that of those that tell none, the most first."""
    parameters = Parameters()
    acts = _acts(parameters, asked, asked.since_ms, whom)
    query = parameters.query(
        f"SELECT channel, count() AS touches, groupBitmap(customer_id) FROM ({acts}) WHERE NOT converts"  # noqa: S608
        f" GROUP BY channel ORDER BY touches DESC, channel LIMIT {CHANNELS_MAX} BY channel = ''",
    )
    return [Touched(*row) for row in columns.query(query.sql, query.parameters)]


def tally(columns: Columns, asked: Asked, channels: Sequence[str], whom: Whom) -> Tally:
    """The journeys of the customers, counted. Of channels only `channels` are told apart."""
    parameters = Parameters()
    found = ", ".join(_counted(parameters.number(asked.half_life_ms)))
    query = parameters.query(f"SELECT {found} FROM ({journeys(parameters, asked, channels, whom)})")  # noqa: S608
    return _tally(columns.query(query.sql, query.parameters)[0])


def journeys(parameters: Parameters, asked: Asked, channels: Sequence[str], whom: Whom) -> str:
    """SQL that selects a row for each journey: `customer_id`, whether it `counts` as a conversion of the period, and its `value`;
    the touches `taken` by it and their channels `by`, how `many`; and the channels of those that led to no conversion, `lost`."""
    acts = _acts(parameters, asked, asked.since_ms - asked.window_ms, whom)
    numbers = list(range(1, len(channels) + 1))
    slot = (
        f"if(channel = '', toUInt8(0), transform(channel, {parameters.bind(list(channels), 'Array(String)')},"
        f" {parameters.bind(numbers, 'Array(UInt8)')}, toUInt8({len(channels) + 1})))"
        if channels
        else "toUInt8(channel != '')"
    )
    since = parameters.bind(asked.since_ms, "Int64")
    window = parameters.bind(asked.window_ms, "Int64")
    return f"""
        SELECT customer_id, part[-1].4 = 1 AND part[-1].1 >= {since} AS counts, part[-1].6 AS value,
            arrayFilter(act -> act.4 = 0, part) AS touches,
            arrayMap(act -> toUInt8(part[-1].4 = 1 AND part[-1].1 - act.1 <= {window}), touches) AS is_taken,
            arrayFilter((act, took) -> took, touches, is_taken) AS taken,
            arrayMap(act -> act.5, taken) AS by,
            arrayMap(act -> act.5, arrayFilter((act, took) -> NOT took AND act.1 >= {since}, touches, is_taken)) AS lost,
            length(by) AS many
        FROM (
            SELECT customer_id, arraySort(groupArray((at_ms, position, n, converts, {slot}, value))) AS acts
            FROM ({acts}) GROUP BY customer_id
        ) ARRAY JOIN arrayReverseSplit(act -> act.4, acts) AS part
    """  # noqa: S608  # names of our own


_RULES: Final[Sequence[Model]] = ("first", "last", "linear", "position", "decay")


def _counted(half_life: str) -> list[str]:
    """What is asked of all journeys together, in the order in which `_tally` reads it."""
    found = [
        "countIf(counts)",
        "sumIf(value, counts)",
        "countIf(counts AND many = 0)",
        "sumIf(value, counts AND many = 0)",
        "countIf(notEmpty(lost))",
    ]
    for weights in _weights(half_life):
        found.append(f"sumMapIf(by, {weights}, counts)")
        found.append(f"sumMapIf(by, arrayMap(w -> w * value, {weights}), counts)")
    for steps, condition in (("by", "counts"), ("lost", "1")):
        before = f"arraySlice(arrayPushFront({steps}, {_FROM_START}), 1, length({steps}))"
        pairs = f"arrayMap((a, b) -> toUInt32(a) * {_APART} + b, {before}, {steps})"
        found.append(f"sumMapIf({pairs}, arrayMap(b -> toUInt64(1), {steps}), {condition} AND notEmpty({steps}))")
        found.append(f"sumMapIf([{steps}[-1]], [toUInt64(1)], {condition} AND notEmpty({steps}))")
    members = "arraySum(arrayMap(c -> bitShiftLeft(toUInt32(1), c), arrayDistinct(by)))"
    found.append(f"sumMapIf([{members}], [toUInt64(1)], counts AND many > 0)")
    found.append(f"sumMapIf([{members}], [value], counts AND many > 0)")
    return found


def _weights(half_life: str) -> list[str]:
    """What each touch of a journey is given by each of the rules; they add up to 1."""
    end, between = float(ENDS), float(1 - 2 * ENDS)
    # Told from the last touch on, so that however long ago all of them were they do not vanish.
    decayed = f"arrayMap(act -> exp2((act.1 - taken[-1].1) / {half_life}), taken)"
    return [
        "arrayMap(n -> toFloat64(n = 1), arrayEnumerate(by))",
        "arrayMap(n -> toFloat64(n = many), arrayEnumerate(by))",
        "arrayMap(n -> 1 / many, arrayEnumerate(by))",
        f"arrayMap(n -> multiIf(many <= 2, 1 / many, n = 1 OR n = many, {end}, {between} / (many - 2)), arrayEnumerate(by))",
        f"arrayMap(w -> w / arraySum({decayed}), {decayed})",
    ]


def _tally(row: Sequence[Any]) -> Tally:
    # what comes to nothing is left out of a map by the engine
    maps: Iterator[dict[int, Any]] = (dict(zip(*pair, strict=True)) for pair in row[5:])
    rules: dict[Model, Credits] = {}
    for rule in _RULES:
        conversions, values = next(maps), next(maps)
        rules[rule] = {channel: (count, values.get(channel, 0.0)) for channel, count in conversions.items()}
    taken, converted, lost, ended, sets, worth = maps
    moves = Counter(taken) + Counter(lost)
    return Tally(
        conversions=row[0],
        value=row[1],
        untouched=row[2],
        untouched_value=row[3],
        lost=row[4],
        rules=rules,
        moves={(_origin(pair // _APART), pair % _APART): count for pair, count in moves.items()},
        converted=converted,
        ended=ended,
        sets={_members(bits): (count, worth.get(bits, 0)) for bits, count in sets.items()},
    )


def _origin(number: int) -> int:
    return START if number == _FROM_START else number


def _members(bits: int) -> frozenset[int]:
    return frozenset(n for n in range(bits.bit_length()) if bits >> n & 1)


def _acts(parameters: Parameters, asked: Asked, since_ms: int, whom: Whom) -> str:
    """A row for each touch and conversion from an instant to the end of the period."""
    value = "0"
    if asked.value is not None:
        value = f"toInt64(round(ifNull({parameters.place('properties', asked.value).number}, 0)))"
    touches = [touch.match for touch in asked.touches]
    return f"""
        SELECT {CUSTOMER_OF} AS customer_id, {TIME} AS at_ms, position, n,
            toUInt8({matching([asked.conversion], parameters)}) AS converts,
            if(converts, '', {_channel(parameters, asked)}) AS channel, if(converts, {value}, 0) AS value
        FROM {EVENTS} WHERE {named([asked.conversion, *touches], parameters)}
            AND {occurred_between(parameters, since_ms, asked.until_ms)} AND {whom.events(parameters)}
            AND (converts OR {matching(touches, parameters)})
    """  # noqa: S608  # names of our own


def _channel(parameters: Parameters, asked: Asked) -> str:
    """The channel of a touch: of several that an event matches the first one says it."""
    cases = []
    for touch in asked.touches:
        channel = parameters.bind(touch.name, "String")
        if touch.property is not None:
            channel = value_text(parameters.place("properties", touch.property))
        cases.append(f"{matching([touch.match], parameters)}, {channel}")
    return f"multiIf({', '.join(cases)}, '')"
