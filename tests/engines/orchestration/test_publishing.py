"""Publishing makes hidden segments of conditions, one for each; those that nobody needs any more go."""

from __future__ import annotations

from typing import Any

import pytest

from siyu.assembly.customer_bulks import work_customer_bulk
from siyu.domain.content import reading as content
from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import BulkAction, Unchanged
from siyu.domain.definitions import reading as definitions
from siyu.domain.definitions.contracts import DefinitionInUseError, InvalidDefinitionError
from siyu.domain.definitions.service import delete
from siyu.domain.experiments import service as experiments
from siyu.domain.journeys import reading as journeys_reading
from siyu.domain.journeys import service as journeys
from siyu.domain.journeys.contracts import BranchPlan, MessagePlan
from siyu.domain.segments import reading as segments
from siyu.domain.segments import service as segments_service
from siyu.domain.tags import service as tags
from siyu.engines.insight.terms.group_names import sends_labels
from siyu.engines.orchestration import publishing
from siyu.engines.orchestration.tidying import tidy
from siyu.engines.tagging.contracts import TagInUseError
from siyu.engines.tagging.using import archive_tag
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.errors import ForbiddenError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.domain.journeys.documents import END, branch, journey, level_is, message, split, tag, wait
from tests.engines.scenery import SIYU, some_customers

PAGE = PageRequest()
WORDS = {
    "hypothesis": "先说茶，老客更愿意回来",
    "arms": [{"key": "coupon", "name": "先说券"}, {"key": "tea", "name": "先说茶"}],
    "primary": {"name": "回来买", "of": {"event": "order_paid"}},
    "days": 7,
}


def published(database: Database, document: dict[str, Any], journey_id: int | None = None) -> int:
    with database.begin() as work:
        if journey_id is None:
            journey_id = publishing.create(work, SIYU, "挽回", document).journey_id
        else:
            publishing.save(work, SIYU, journey_id, "挽回", document)
        publishing.publish(work, SIYU, journey_id, SignedAddresses("https://siyu.example", "secret"))
    return journey_id


def ways_of(database: Database, journey_id: int, version: int) -> dict[str, int]:
    """{way: its hidden segment}."""
    with database.read() as reading:
        plan = journeys_reading.plans(reading, [(journey_id, version)])[journey_id, version]
    return {way.key: way.segment_id for node in plan.places if isinstance(node, BranchPlan) for way in node.ways}


def test_conditions_become_hidden_segments_as_long_as_somebody_needs_them(database: Database) -> None:
    first = journey(wait("rest"), branch("level", {"gold": None, "silver": None}))
    journey_id = published(database, first)
    one = ways_of(database, journey_id, 1)
    with database.read() as reading:
        found = {each.definition_id: each for each in definitions.list_by_id(reading, one.values())}
        conditions = {key: segments.parse_definition(found[number].latest) for key, number in one.items()}
        assert conditions == {key: segments.parse_definition(level_is(key)) for key in ("gold", "silver")}
    (customer_id,) = some_customers(database, 1)
    with database.begin() as work:
        journeys.enter(work, SIYU, journey_id, [customer_id], "one")
    published(database, journey(wait("rest"), branch("level", {"silver": None, "bronze": None})), journey_id)
    two = ways_of(database, journey_id, 2)
    assert two["silver"] == one["silver"]
    assert len({*one.values(), *two.values()}) == 3
    assert tidy(database) == 0  # somebody still walks the first
    with database.begin() as work:
        (entry,) = journeys_reading.list_entries(work, SIYU, journey_id, PAGE).rows
        journeys.end_by_hand(work, SIYU, journey_id, [entry.entry_id])
    assert tidy(database) == 1
    with database.read() as reading:
        assert set(segments.hidden_of(reading, [journey_id])[journey_id].values()) == set(two.values())


def test_what_a_journey_speaks_of_cannot_be_taken_away(database: Database) -> None:
    with database.begin() as work:
        segment = segments_service.create(work, SIYU, "金卡", level_is("gold")).segment_id
        segments_service.publish(work, SIYU, segment)
        group = tags.create_group(work, SIYU, "服务", "blue", is_exclusive=False)
        tag_id = tags.create_tag(work, SIYU, group.group_id, "关怀").tags[0].tag_id
    within = {"kind": "segment", "segment_id": segment}
    way = {"key": "in", "name": "in", "condition": within, "next": "mark"}
    parting = {"kind": "branch", "key": "part", "ways": [way], "otherwise": END}
    published(database, journey(parting, tag("mark", tag_id)))
    with pytest.raises(DefinitionInUseError), database.begin() as work:
        delete(work, SIYU, segment)
    with pytest.raises(TagInUseError), database.begin() as work:
        archive_tag(work, SIYU, tag_id)


def test_experiments_decide_by_their_own_arms(database: Database) -> None:
    with database.begin() as work:
        experiment = experiments.create_experiment(work, SIYU, "先说什么", WORDS)
        experiments.begin_experiment(work, SIYU, experiment.experiment_id)
    number = experiment.experiment_id
    tea = {"arm": "tea", "title": "新茶到了", "body": "来尝尝"}
    nodes = [split("part", {"coupon": "say", "tea": "say"}, experiment_id=number)]
    nodes.append(message("say", variants=[tea], experiment_id=number))
    journey_id = published(database, journey(*nodes))
    with database.read() as reading:
        plan = journeys_reading.plans(reading, [(journey_id, 1)])[journey_id, 1]
        said = content.messages_at(reading, [(journey_id, 1, 1), (journey_id, 1, 2)])
        labels = sends_labels(reading, [f"{journey_id}.1.1", f"{journey_id}.1.2", f"{journey_id}.1.0"])
    assert list(labels.values()) == ["挽回 · 1. 你好 (v1)", "挽回 · 1. 你好 [tea] (v1)", "挽回 · 1 (v1)"]
    (say,) = (node for node in plan.places if isinstance(node, MessagePlan))
    assert [(each.arm, each.step) for each in say.variants] == [("tea", 2)]
    assert [said[journey_id, 1, step].content.title for step in (1, 2)] == ["你好", "新茶到了"]
    nodes[0] = split("part", {"tea": "say", "coupon": "say"}, experiment_id=number)
    with database.begin() as work:
        turned = publishing.create(work, SIYU, "挽回", journey(*nodes)).journey_id
    with pytest.raises(InvalidDefinitionError) as refused, database.begin() as work:
        publishing.publish(work, SIYU, turned)
    assert refused.value.fields["path"] == "nodes.0.experiment_id"


def test_only_who_sees_everybody_puts_a_journey_in_force(database: Database) -> None:
    rights = frozenset({"journeys.read", "journeys.write", "journeys.publish"})
    regional = Actor(ActorKind.STAFF, "7", rights, Scope("1.2."))
    with database.begin() as work:
        made = publishing.create(work, regional, "挽回", journey(wait("rest"))).journey_id
        with pytest.raises(ForbiddenError):
            publishing.publish(work, regional, made)
        publishing.publish(work, SIYU, made)
        journeys.pause(work, regional, made)
        with pytest.raises(ForbiddenError):
            journeys.resume(work, regional, made)


def test_a_journey_stays_about_whom_it_is(database: Database) -> None:
    journey_id = published(database, journey(wait("rest")))
    of_groups = journey(wait("rest"), subject="group", targets={"all": True})
    with pytest.raises(InvalidDefinitionError) as refused:
        published(database, of_groups, journey_id)
    assert "'subject'" in str(refused.value.fields["faults"])


def test_work_on_many_says_whom_the_journey_did_not_let_in(database: Database) -> None:
    journey_id = published(database, journey(wait("rest")))
    inside, before, fresh = people = some_customers(database, 3)
    with database.begin() as work:
        journeys.enter(work, SIYU, journey_id, [inside, before], "once")
        entries = journeys_reading.list_entries(work, SIYU, journey_id, PAGE).rows
        journeys.end_by_hand(work, SIYU, journey_id, [each.entry_id for each in entries if each.customer_id == before])
        bulk = customers.prepare_bulk(work, SIYU, BulkAction.JOURNEY, {"journey_id": journey_id}, people)
        customers.start_bulk(work, SIYU, bulk.bulk_id)
    work_customer_bulk(database, bulk.bulk_id)
    with database.read() as reading:
        done = customers.get_bulk(reading, SIYU, bulk.bulk_id)
        left = {why: customers.unchanged_by(reading, SIYU, bulk.bulk_id, why, PAGE).rows for why in done.unchanged}
    assert (done.changed, left) == (1, {Unchanged.INSIDE: [inside], Unchanged.RULES: [before]})
    assert fresh not in {*left[Unchanged.INSIDE], *left[Unchanged.RULES]}
