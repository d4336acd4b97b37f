"""Names that were seen: of what customers have, of what they did and of its properties, and which types the values had.

They stand in the JSON of everything that ever happened. So what was found up to a position of the log is kept by the process, and
only what came since is looked at. That holds as long as the tables are the same: a rebuild, and whoever takes somebody's words
away, put others in their place, and then all is looked at anew. (An attribute that nobody has any more is so long told.)
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from siyu.kernel.events import NOBODY
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import CUSTOMERS, EVENTS, HOT_PATHS

NAMES_MAX: Final = 500
Types = Mapping[str, frozenset[str]]
"""{name: the types of its values, as ClickHouse calls them}."""

_TABLES = f"""
SELECT name, toString(uuid) FROM system.tables WHERE database = currentDatabase()
    AND name IN ('{EVENTS}', '{EVENTS}_local', '{CUSTOMERS}', '{CUSTOMERS}_local') ORDER BY name
"""  # noqa: S608 - names of our own
_EVENTS_STAND = f"SELECT countIf(position < {{since:UInt64}}), count(), max(position) FROM {EVENTS}"  # noqa: S608 - a name of our own
_CUSTOMERS_STAND = f"SELECT max(position) FROM {CUSTOMERS}"  # noqa: S608 - a name of our own
_EVENTS = f"""
SELECT name, count(), distinctJSONPathsAndTypes(properties), arrayFilter(path -> path != '', [:hot])
FROM {EVENTS} WHERE profile_id != {{nobody:UInt64}} AND position >= {{since:UInt64}} AND position <= {{upto:UInt64}}
GROUP BY name ORDER BY name LIMIT {{max:UInt32}}
""".replace(":hot", ", ".join(f"if(countIf(isNotNull(properties.{path})) > 0, '{path}', '')" for path in HOT_PATHS))  # noqa: S608 - names of our own
_ATTRIBUTES = f"SELECT distinctJSONPathsAndTypes(attributes) FROM {CUSTOMERS} WHERE position >= {{since:UInt64}}"  # noqa: S608 - a name of our own


@dataclass(frozen=True, slots=True)
class SeenEvent:
    """How often an event happened, and the properties it was told with."""

    count: int
    properties: Types


@dataclass(frozen=True, slots=True)
class SeenNames:
    """In the order of the alphabet, at most NAMES_MAX of each sort."""

    attributes: Types
    events: Mapping[str, SeenEvent]


@dataclass
class _Kept:
    """What was found in these tables: of events before a position, of which there were so many; of customers up to one."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    tables: Sequence[object] = ()
    events_before: int = 0
    events_count: int = 0
    customers_upto: int = 0
    names: SeenNames = field(default_factory=lambda: SeenNames({}, {}))


_kept: WeakKeyDictionary[Columns, _Kept] = WeakKeyDictionary()
_keeping = threading.Lock()


def seen_names(columns: Columns) -> SeenNames:
    """All names as of now."""
    with _keeping:
        kept = _kept.setdefault(columns, _Kept())
    with kept.lock:
        tables = columns.query(_TABLES)
        ((before, count, upto),) = columns.query(_EVENTS_STAND, {"since": kept.events_before})
        ((customers_upto,),) = columns.query(_CUSTOMERS_STAND)
        is_same = (tables, before) == (kept.tables, kept.events_count) and customers_upto >= kept.customers_upto
        known = kept if is_same else _Kept()
        # The last stretch of customers may have been on its way when it was met first: it is looked at once more.
        ((attributes,),) = columns.query(_ATTRIBUTES, {"since": known.customers_upto})
        bound = {"since": known.events_before, "upto": upto, "nobody": NOBODY, "max": NAMES_MAX}
        events = columns.query(_EVENTS, bound) if count > known.events_count else ()
        kept.names = SeenNames(
            _joined(known.names.attributes, attributes),
            _with_events(known.names.events, {name: SeenEvent(n, _told(of, hot)) for name, n, of, hot in events}),
        )
        kept.tables, kept.customers_upto = tables, customers_upto
        kept.events_before, kept.events_count = upto + 1, count
        return kept.names


def _told(types_of: Mapping[str, Sequence[str]], hot: Sequence[str]) -> Types:
    """The columns name every hot path for every event; `hot` are those that the event really told."""
    return {name: frozenset(types) for name, types in types_of.items() if name not in HOT_PATHS or name in hot}


def _joined(known: Types, met: Mapping[str, Sequence[str] | frozenset[str]]) -> Types:
    names = sorted(known.keys() | met.keys())[:NAMES_MAX]
    return {name: known.get(name, frozenset()) | frozenset(met.get(name, ())) for name in names}


def _with_events(known: Mapping[str, SeenEvent], met: Mapping[str, SeenEvent]) -> Mapping[str, SeenEvent]:
    none = SeenEvent(0, {})
    found = {}
    for name in sorted(known.keys() | met.keys())[:NAMES_MAX]:
        old, new = known.get(name, none), met.get(name, none)
        found[name] = SeenEvent(old.count + new.count, _joined(old.properties, new.properties))
    return found
