"""What there is to ask about, with examples: the attributes customers have, the events they did and their properties, of which
types the values were and some of those that are met most.

Examples come from a part of the rows, are met there with more than one customer, and never come from names that tell who
somebody is: whoever asks may be one who sees few of the customers. All names are told as of now. Examples cost a look at
everything, so those of one look serve for a while: the longer, the more it cost; then whoever asks still has them, and the next
look is made meanwhile.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any, Final, Literal
from weakref import WeakKeyDictionary

import msgspec

from siyu.domain.customers.contracts import identifying_kind
from siyu.engines.insight.seen_names import NAMES_MAX, SeenNames, Types, seen_names
from siyu.kernel.events import NOBODY
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError, ColumnsUnavailableError
from siyu.platform.columns.schema import CUSTOMERS, EVENTS

ValueType = Literal["text", "number", "boolean", "day", "list", "object"]
Example = str | float | bool

EXAMPLES_MAX: Final = 8
EXAMPLE_LENGTH_MAX: Final = 60
EXAMPLE_CUSTOMERS_MIN: Final = 2
"""What one customer alone has, however often, may tell who it is."""
EXAMPLE_NUMBER_MAX: Final = 10_000_000
"""A larger number may be a phone, or what a paper of somebody's says."""
CUSTOMERS_LOOKED_AT: Final = 5_000
EVENTS_LOOKED_AT: Final = 500
"""Of each name."""
EVENTS_WITH_EXAMPLES_MAX: Final = 100
KNOWN_TIMES: Final = 20
"""Examples serve for so many times as long as they took."""
EXAMPLES_SECONDS_MAX: Final = 3600
"""Older ones are told to nobody."""
LOOKING: Final = "look-meanwhile"
"""The name of the thread that makes the next look."""
CHANNELS: Final = ("mail", "sms", "wecom")
"""Channels that consent is asked for, whether anybody spoke of them yet or not."""

PRIVATE_NAMES: Final = frozenset(
    [
        "name",
        "nickname",
        "fullname",
        "firstname",
        "lastname",
        "realname",
        "address",
        "street",
        "idcard",
        "idnumber",
        "birthday",
        "birthdate",
        "wechat",
        "wechatid",
        "avatar",
        "ip",
        "useragent",
        "姓名",
        "名字",
        "昵称",
        "真实姓名",
        "地址",
        "详细地址",
        "收货地址",
        "收货人",
        "身份证",
        "身份证号",
        "生日",
        "出生日期",
        "微信号",
        "头像",
        "备注",
    ]
)
"""Names of which no example is shown though they hold no contact."""
_PRIVATE_NAME: Final = re.compile(
    "(user|customer|member|buyer|payer|receiver|recipient|consignee|contact|child|baby|kid|parent|nick|wechat|wx)name$"
    "|address|birth|passport|idcard|idnumber|cardno|cardnumber|platenumber"
    "|姓名|昵称|地址|生日|出生|收件人|收货人|联系人|身份证|护照|银行卡|卡号|车牌"
)
"""The same within a longer name: `receiver_name`, `shipping_address`, 宝宝生日."""

_EVENT_ROWS = f"""
SELECT name, profile_id, toJSONString(properties) FROM {EVENTS} PREWHERE (position, n) IN (
    SELECT position, n FROM {EVENTS} WHERE name IN {{names:Array(String)}} AND profile_id != {{nobody:UInt64}}
    LIMIT {{max:UInt32}} BY name)
"""  # noqa: S608 - a name of our own
_ATTRIBUTE_ROWS = f"""
SELECT customer_id, toJSONString(attributes) FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0
    AND customer_id + {{max:UInt32}} > (SELECT max(customer_id) FROM {CUSTOMERS})
"""  # noqa: S608 - a name of our own
_ENTRIES = f"""
SELECT entry_channel FROM {CUSTOMERS} FINAL WHERE is_deleted = 0 AND is_erased = 0 AND entry_channel != ''
GROUP BY 1 ORDER BY count() DESC, 1 LIMIT {{max:UInt32}}
"""  # noqa: S608 - a name of our own
_CHANNELS = f"SELECT DISTINCT splitByChar(':', arrayJoin(consents))[2] FROM {CUSTOMERS}"  # noqa: S608 - a name of our own
_POSITION = f"SELECT max(position), count() FROM {EVENTS}"  # noqa: S608 - a name of our own
_PERSONAL = re.compile(r"@|\d{7}|\*\*\*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}.*")
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class AskedValue:
    """An attribute or property."""

    name: str
    types: Sequence[ValueType]
    examples: Sequence[Example]


@dataclass(frozen=True, slots=True)
class AskedEvent:
    """An event by its name, and how often it happened."""

    name: str
    count: int
    properties: Sequence[AskedValue]


@dataclass(frozen=True, slots=True)
class AskedWords:
    """All there is to choose from."""

    attributes: Sequence[AskedValue]
    events: Sequence[AskedEvent]
    entry_channels: Sequence[str]
    consent_channels: Sequence[str]


@dataclass(frozen=True, slots=True)
class _Met:
    """What one look met: {name: with how many customers each value was met}, of attributes and of each event's properties."""

    attributes: Mapping[str, Counter[Example]]
    events: Mapping[str, Mapping[str, Counter[Example]]]


class _Looks:
    """What the last look of one engine met, and the state of the log it was made in."""

    def __init__(self) -> None:
        self._asking, self._looking = threading.Lock(), threading.Lock()
        self._state: object = None
        self._serves_until = self._is_gone_at = 0.0
        self._met: _Met | None = None

    def met(self, columns: Columns, seen: SeenNames) -> _Met:
        """What the last look met, or this one where there was none or it was long ago; one at a time."""
        with self._asking:
            now, state = time.monotonic(), columns.query(_POSITION)
            is_same = state == self._state
            if self._met is None or (now > self._is_gone_at and not is_same):
                with self._looking:
                    return self._look(columns, seen, state)
            if now > self._serves_until and not is_same and self._looking.acquire(blocking=False):
                look = partial(self._look_meanwhile, columns, seen, state)
                threading.Thread(target=look, name=LOOKING, daemon=True).start()
            return self._met

    def _look(self, columns: Columns, seen: SeenNames, state: object) -> _Met:
        started = time.monotonic()
        often = sorted(seen.events, key=lambda name: -seen.events[name].count)[:EVENTS_WITH_EXAMPLES_MAX]
        attributes = _met(columns.query(_ATTRIBUTE_ROWS, {"max": CUSTOMERS_LOOKED_AT}))
        found = self._met = _Met(attributes, _met_in_events(columns, often))
        ended = time.monotonic()
        self._state, self._is_gone_at = state, ended + EXAMPLES_SECONDS_MAX
        self._serves_until = ended + KNOWN_TIMES * (ended - started)
        return found

    def _look_meanwhile(self, columns: Columns, seen: SeenNames, state: object) -> None:
        """In a thread of its own. Whoever asks next begins another look where this one fails."""
        try:
            with suppress(ColumnsError, ColumnsUnavailableError):
                self._look(columns, seen, state)
        finally:
            self._looking.release()


_looks: WeakKeyDictionary[Columns, _Looks] = WeakKeyDictionary()
_knowing = threading.Lock()


def asked_words(columns: Columns) -> AskedWords:
    """All names in use, in the order of the alphabet, at most NAMES_MAX of each sort."""
    seen = seen_names(columns)
    with _knowing:
        looks = _looks.setdefault(columns, _Looks())
    met = looks.met(columns, seen)
    channels = {row[0] for row in columns.query(_CHANNELS)} - {"*", ""}
    return AskedWords(
        attributes=_values(seen.attributes, met.attributes),
        events=[
            AskedEvent(name, event.count, _values(event.properties, met.events.get(name, {})))
            for name, event in seen.events.items()
        ],
        entry_channels=[row[0] for row in columns.query(_ENTRIES, {"max": NAMES_MAX})],
        consent_channels=sorted(channels | set(CHANNELS)),
    )


def look_ahead(columns: Columns) -> None:
    """Learns all names and examples before somebody asks for them; where the columns do not answer, whoever asks does it."""
    with suppress(ColumnsError, ColumnsUnavailableError):
        asked_words(columns)


def _met_in_events(columns: Columns, names: Sequence[str]) -> dict[str, Mapping[str, Counter[Example]]]:
    """What was met in some of the events of each name. One statement for all: each alone would read the JSON of its neighbours."""
    rows: dict[str, list[tuple[int, str]]] = {}
    bound = {"names": names, "nobody": NOBODY, "max": EVENTS_LOOKED_AT}
    for name, whose, told in columns.query(_EVENT_ROWS, bound):
        rows.setdefault(name, []).append((whose, told))
    return {name: _met(those) for name, those in rows.items()}


def _met(rows: Iterable[Sequence[Any]]) -> dict[str, Counter[Example]]:
    """{name: with how many customers each value was met}, of rows (whose, document); of names of persons nothing."""
    found: dict[str, Counter[Example]] = {}
    met: set[tuple[int, str, Example]] = set()
    for whose, document in rows:
        for name, value in _flat("", _decode(document)):
            if not is_private(name) and (whose, name, value) not in met:
                met.add((whose, name, value))
                found.setdefault(name, Counter())[value] += 1
    return found


def _flat(prefix: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Example]]:
    for key, value in document.items():
        name = f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _flat(f"{name}.", value)
        else:
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, str | float | int):
                    yield name, each


@lru_cache(maxsize=10_000)  # it is asked of each value of each row
def is_private(name: str) -> bool:
    """Whether an attribute or property of this name may tell who somebody is."""
    parts = [part.lower().replace("_", "").replace("-", "") for part in name.split(".")]
    return any(
        part in PRIVATE_NAMES or _PRIVATE_NAME.search(part) is not None or identifying_kind(part) is not None
        for part in parts
    )


def _values(types_of: Types, met: Mapping[str, Counter[Example]]) -> list[AskedValue]:
    found = []
    for name, type_names in types_of.items():
        examples = [
            value
            for value, times in met.get(name, Counter()).most_common()
            if times >= EXAMPLE_CUSTOMERS_MIN and _may_be_shown(value)
        ][:EXAMPLES_MAX]
        found.append(AskedValue(name, _types(type_names, examples), examples))
    return found


def _may_be_shown(value: Example) -> bool:
    if not isinstance(value, str):
        return abs(value) < EXAMPLE_NUMBER_MAX
    return 0 < len(value) <= EXAMPLE_LENGTH_MAX and value.isprintable() and _PERSONAL.search(value) is None


def _types(type_names: Iterable[str], examples: Sequence[Example]) -> list[ValueType]:
    types: set[ValueType] = {_type(each) for each in type_names}
    if examples and "text" in types and all(isinstance(each, str) and _DAY.fullmatch(each) for each in examples):
        types.add("day")
    return sorted(types)


def _type(type_name: str) -> ValueType:
    plain = type_name.replace("Nullable(", "").replace("LowCardinality(", "")
    if plain.startswith("Array"):
        return "list"
    if plain.startswith("Bool"):
        return "boolean"
    if plain.startswith(("Int", "UInt", "Float", "Decimal")):
        return "number"
    return "object" if plain.startswith("JSON") else "text"
