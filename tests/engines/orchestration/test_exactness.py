"""The engine against the plain interpreter: random graphs, histories and steps of the clock; the same way for every customer."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.definitions import service as definitions
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.compiling import compiled
from siyu.domain.journeys.contracts import JOURNEY_KIND
from siyu.domain.journeys.parsing import parse_definition
from siyu.domain.segments.contracts import AUDIENCE_CONSUMER, SEGMENT_ENTERED, SEGMENT_EXITED
from siyu.domain.tags import service as tags
from siyu.domain.tasks.contracts import TASK_ENDED, TASK_REQUESTED
from siyu.engines.orchestration import advance_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import NewEvent
from siyu.kernel.paging import PageRequest
from siyu.platform.eventlog.reading import head_position
from siyu.platform.postgres.database import Database
from tests.domain.journeys.documents import Scene, random_document
from tests.engines.orchestration.interpreting import Interpreter, Walker
from tests.engines.orchestration.orchestrating import follow
from tests.engines.scenery import SIYU, a_segment, some_customers, tell, the_log

EXAMPLES = int(os.environ.get("SIYU_TEST_EXAMPLES", "5"))
STEPS = 25
_numbers = itertools.count(1)


@settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], print_blob=True
)
@given(seed=st.integers(0, 2**32 - 1))
def test_everybody_goes_the_way_the_interpreter_says(database: Database, clock: ManualClock, seed: int) -> None:
    company = Company(database, clock, Random(seed))
    for step in range(1, STEPS + 1):
        company.something_happens()
        company.settle()
        if step % 5 == 0:
            company.compare()


class Company:
    """Two random journeys of one lane or none, some customers, and what happens to them: told to both."""

    def __init__(self, database: Database, clock: ManualClock, chance: Random) -> None:
        self.database, self.clock, self.chance = database, clock, chance
        number = next(_numbers)
        self.customers = _known(database)
        self.segments = (a_segment(database), a_segment(database))
        self.events = (f"bought_{number}", f"looked_{number}")
        self.level_segments = {"gold": _built(database), "silver": _built(database)}
        scene = Scene(segment_ids=self.segments, tag_ids=_tags(database), events=self.events)
        documents = [random_document(chance, scene) for _ in range(2)]
        for document in documents:  # whom earlier examples left behind is in another lane
            document["lane"] = document["lane"] and f"{document['lane']}{number}"
        self.documents = {self._published(document): document for document in documents}
        self.plain = Interpreter(self.documents, dict.fromkeys(self.customers))

    def _published(self, document: dict[str, Any]) -> int:
        definition = parse_definition(document)
        ways = {
            (node["key"], way["key"]): self.level_segments[way["key"]]
            for node in document["nodes"]
            if node["kind"] == "branch"
            for way in node["ways"]
        }
        with self.database.begin() as work:
            made = definitions.create(work, SIYU, JOURNEY_KIND, "旅程", document)
            definitions.publish(work, SIYU, made.definition_id, kind=JOURNEY_KIND)
            journeys.keep_plan(work, SIYU, made.definition_id, 1, compiled(definition, ways, {})[0])
        return made.definition_id

    def something_happens(self) -> None:
        """To one customer, or time goes by."""
        who, now = self.chance.choice(self.customers), self.clock.now()
        match self.chance.choice(("time", "time", "event", "event", "segment", "segment", "level", "enter", "task")):
            case "time":
                self.clock.advance(timedelta(seconds=self.chance.choice((1, 1800, 3600, 3600, 7200, 90_000, 400_000))))
            case "event":
                name = self.chance.choice(self.events)
                self._record(name, who, {})
                self.plain.event(now, who, name)
            case "segment":
                name = self.chance.choice((SEGMENT_ENTERED, SEGMENT_ENTERED, SEGMENT_EXITED))
                segment_id = self.chance.choice(self.segments)
                tell(self.database, name, segment_id, [who])
                self.plain.event(now, who, name, segment_id)
            case "level":
                self._set_level(who, self.chance.choice((None, "gold", "silver")))
            case "enter":
                self._enter(who)
            case "task":
                self._end_a_task()

    def _enter(self, who: int) -> None:
        allowed = [
            journey_id
            for journey_id, document in self.documents.items()
            if any(trigger["kind"] == "by_hand" for trigger in document["triggers"])
        ]
        if not allowed:
            return
        journey_id = self.chance.choice(allowed)
        key = f"{who}:{self.clock.now().isoformat()}:{self.chance.random()}"
        for _ in range(2):  # the same key does it once
            with self.database.begin() as work:
                journeys.enter(work, SIYU, journey_id, [who], key)
        self.plain.enter(self.clock.now(), who, journey_id)

    def _end_a_task(self) -> None:
        waiting = [each for each in self.plain.walkers if each.rests == "time" and self._node(each)["kind"] == "task"]
        if not waiting:
            return
        chosen = self.chance.choice(waiting)
        place = [node["key"] for node in self.documents[chosen.journey_id]["nodes"]].index(chosen.at)
        asked = [
            {name: event.properties[name] for name in ("task_key", "version")}
            for event in the_log(self.database, TASK_REQUESTED)
            if (event.profile_id, event.properties["definition_id"], event.properties["step"])
            == (chosen.customer_id, chosen.journey_id, place)
        ]
        outcome = self.chance.choice(("done", "skipped"))
        self._record(TASK_ENDED, chosen.customer_id, {**asked[-1], "outcome": outcome})
        self.plain.task(self.clock.now(), chosen, outcome)

    def _node(self, walker: Walker) -> dict[str, Any]:
        nodes = {node["key"]: node for node in self.documents[walker.journey_id]["nodes"]}
        return dict(nodes[walker.at])

    def _record(self, name: str, who: int, properties: dict[str, Any]) -> None:
        with self.database.begin() as work:
            work.record([NewEvent(name, work.ids.new_id(), who, work.clock.now(), "test", properties)])

    def _set_level(self, who: int, level: str | None) -> None:
        self.plain.levels[who] = level
        with self.database.begin() as work:
            for name, segment_id in self.level_segments.items():
                work.driver.execute(
                    "UPDATE segments.membership SET members = set_bit(members, %s, %s) WHERE segment_id = %s",
                    (who, int(name == level), segment_id),
                )

    def settle(self) -> None:
        """Both come to rest; the engine in small batches."""
        follow(self.database)
        with self.database.autocommit() as driver:
            driver.execute(
                "INSERT INTO log.consumers (name, position) VALUES (%s, %s)"
                " ON CONFLICT (name) DO UPDATE SET position = excluded.position",
                (AUDIENCE_CONSUMER, head_position(driver)),
            )
        while advance_once(self.database, batch=self.chance.choice((2, 3, 50))):
            pass
        self.plain.settle(self.clock.now())

    def compare(self) -> None:
        for journey_id in self.documents:
            assert self._walked(journey_id) == self._walked_plainly(journey_id)
            assert self._passed(journey_id) == {
                (key, number): count for (of, key, number), count in self.plain.passed.items() if of == journey_id
            }
        assert self._asked("message_requested") == self.plain.said
        assert self._asked(TASK_REQUESTED) == self.plain.asked

    def _walked(self, journey_id: int) -> list[Any]:
        with self.database.read() as reading:
            entries = journeys_reading.list_entries(reading, SIYU, journey_id, PageRequest(size=500)).rows
            found = []
            for entry in reversed(entries):
                _, passages = journeys_reading.path_of(reading, SIYU, journey_id, entry.entry_id)
                path = [(each.node, each.at) for each in passages]
                told = (entry.customer_id, entry.state.value, entry.end_reason, entry.ended_at, entry.due_at, path)
                found.append(told)
        return sorted(found, key=repr)

    def _walked_plainly(self, journey_id: int) -> list[Any]:
        found = [
            (
                each.customer_id,
                each.state,
                each.reason,
                each.ended,
                each.due if each.state == "active" else None,
                each.path,
            )
            for each in self.plain.walkers
            if each.journey_id == journey_id
        ]
        return sorted(found, key=repr)

    def _passed(self, journey_id: int) -> dict[tuple[str, int], int]:
        with self.database.read() as reading:
            numbers = journeys_reading.node_numbers(reading, journey_id, 1)
        for each in numbers:
            standing = [one for one in self.plain.walkers if (one.journey_id, one.at) == (journey_id, each.key)]
            assert each.resting == sum(one.state == "active" for one in standing)
        return {(each.key, n): count for each in numbers for n, count in enumerate(each.edges) if count}

    def _asked(self, name: str) -> Counter[tuple[int, int, str, datetime]]:
        found: Counter[tuple[int, int, str, datetime]] = Counter()
        for event in the_log(self.database, name):
            journey_id = event.properties["definition_id"]
            if journey_id in self.documents:
                key = self.documents[journey_id]["nodes"][event.properties["step"]]["key"]
                found[journey_id, event.profile_id, key, event.occurred_at] += 1
        return found


def _known(database: Database) -> Sequence[int]:
    """The customers, made once."""
    with database.read() as reading:
        rows = reading.driver.execute("SELECT customer_id FROM customers.profiles ORDER BY 1").fetchall()
    return [row[0] for row in rows] or some_customers(database, 5)


def _tags(database: Database) -> tuple[int, ...]:
    with database.read() as reading:
        found = [row[0] for row in reading.driver.execute("SELECT tag_id FROM tags.tags ORDER BY 1").fetchall()]
    if not found:
        with database.begin() as work:
            group = tags.create_group(work, SIYU, "旅程", "blue", is_exclusive=False, owner_id=None)
            for name in ("一", "二"):
                made = tags.create_tag(work, SIYU, group.group_id, name)
        found = [tag.tag_id for tag in made.tags]
    return tuple(found)


def _built(database: Database) -> int:
    """A segment that was found out, and that nobody is in."""
    segment_id = a_segment(database)
    with database.begin() as work:
        work.driver.execute(
            "INSERT INTO segments.states (segment_id, version, document, size, built_at, cost_ms)"
            " VALUES (%s, 1, '{}', 0, now(), 0)",
            (segment_id,),
        )
        work.driver.execute(
            "INSERT INTO segments.membership (chunk, segment_id, members) VALUES (0, %s, 0::bit(4096))", (segment_id,)
        )
    return segment_id
