"""Plans: what a document may say, how a plan comes along, whose it is, what uses what; reviews and their actions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.company.rules import RIGHTS_OF
from siyu.domain.definitions.contracts import DefinitionInUseError, InvalidDefinitionError, StaleDefinitionError
from siyu.domain.plans import service
from siyu.domain.plans.contracts import (
    CampaignTakenError,
    OutsideUnitError,
    ReviewClosedError,
    ReviewNumbers,
    WrongStageError,
)
from siyu.domain.plans.reading import template_names, template_plan
from siyu.domain.plans.rules import parse_plan, parse_review, plan_document
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import ForbiddenError, NotFoundError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.scenery import a_segment

SIYU = system_actor("test")
PHASES = [
    {"key": "warm", "name": "预热", "begins_on": "2026-03-01", "ends_on": "2026-03-03", "kind": "warm_up"},
    {"key": "burst", "name": "爆发", "begins_on": "2026-03-04", "ends_on": "2026-03-07", "kind": "burst"},
]


def a_task(key: str, **changed: object) -> dict[str, Any]:
    return {"key": key, "name": key, "begins_on": "2026-03-01", "ends_on": "2026-03-02", **changed}


def a_document(**changed: object) -> dict[str, Any]:
    return {
        "theme": "会员日",
        "campaign": "member_day",
        "begins_on": "2026-03-01",
        "ends_on": "2026-03-07",
        "phases": PHASES,
        "tasks": [a_task("posters", phase="warm"), a_task("send", after=["posters"])],
        "budget": [{"name": "投放", "planned_fen": 500_000}],
        **changed,
    }


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"ends_on": "2026-02-28"}, "ends_on"),
        ({"begins_on": "2026-02-30"}, "begins_on"),
        ({"ends_on": "2028-03-01"}, "ends_on"),
        ({"campaign": "Member day"}, "campaign"),
        ({"theme": " "}, "theme"),
        ({"goal": "x" * 4001}, "goal"),
        ({"goal": "a\x00b"}, "goal"),
        ({"goal": "a\x0cb"}, "goal"),
        ({"phases": [PHASES[0], PHASES[0]]}, "phases.1.key"),
        ({"phases": [{**PHASES[0], "ends_on": "2026-03-09"}]}, "phases.0.begins_on"),
        ({"tasks": [a_task("a", phase="no")]}, "tasks.0.phase"),
        ({"tasks": [a_task("a", after=["b"])]}, "tasks.0.after.0"),
        ({"tasks": [a_task("a", after=["b"]), a_task("b", after=["a"])]}, "tasks.0.after"),
        ({"tasks": [a_task("a", after=["a"])]}, "tasks.0.after"),
        ({"tasks": [a_task("a", ends_on="2026-02-01")]}, "tasks.0.ends_on"),
        ({"budget": [{"name": "投放", "planned_fen": -1}]}, "budget.0.planned_fen"),
        ({"targets": [{"metric_id": 7, "value": 1}, {"metric_id": 7, "value": 2}]}, "targets.1.metric_id"),
        ({"targets": [{"metric_id": 7, "value": 1, "phase": "no"}]}, "targets.0.phase"),
        ({"color": "red"}, "color"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(changed: Mapping[str, object], path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_plan(a_document(**changed))
    assert caught.value.fields["path"] == path


def test_a_target_without_a_metric_is_asked_to_choose_one() -> None:
    with pytest.raises(InvalidDefinitionError) as caught:
        parse_plan(a_document(targets=[{"metric_id": 0, "value": 1}]))
    assert caught.value.fields == {"path": "targets.0.metric_id", "reason": "Choose one.", "reason_zh": "请选一个。"}


def test_a_review_of_days_that_are_none_is_refused() -> None:
    for changed, path in (
        ({"ends_on": "2026-02-28"}, "ends_on"),
        ({"ends_on": "2027-06-01"}, "ends_on"),
        ({"metric_ids": [7, 7]}, "metric_ids"),
    ):
        with pytest.raises(InvalidDefinitionError) as caught:
            parse_review({"begins_on": "2026-03-01", "ends_on": "2026-03-07", **changed})
        assert caught.value.fields["path"] == path


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_template_is_a_plan(language: Any) -> None:
    assert len(template_names()) == 4
    for each in template_names():
        plan = template_plan(each.key, date(2026, 2, 27), language)
        assert parse_plan(plan_document(plan)) == plan
        assert plan.since_on == date(2026, 2, 27)
        assert {phase.ends_on for phase in plan.phases} >= {plan.ends_on}
        for task in plan.tasks:  # nothing begins before that for which it waits is over
            before = [other for other in plan.tasks if other.key in task.after]
            assert all(other.ends_on < task.begins_on for other in before)
    with pytest.raises(NotFoundError):
        template_plan("none", date(2026, 2, 27))


def test_from_a_draft_until_it_is_closed(database: Database, clock: ManualClock) -> None:
    with database.begin() as work:
        made = service.create_plan(work, SIYU, "三月会员日", a_document())
        assert (made.stage, made.plan, made.shown.campaign) == ("drafted", None, "member_day")
        with pytest.raises(CampaignTakenError):
            service.create_plan(work, SIYU, "另一个", a_document())
    plan_id = made.plan_id

    def refused(*verbs: Callable[..., object]) -> None:
        for verb in verbs:
            with pytest.raises(WrongStageError), database.begin() as work:
                verb(work, SIYU, plan_id)

    refused(service.begin_plan)
    with database.begin() as work:
        renamed = a_document(campaign="spring_day")
        service.save_plan(work, SIYU, plan_id, "三月会员日", renamed, revision=made.revision)
        with pytest.raises(StaleDefinitionError):
            service.save_plan(work, SIYU, plan_id, "三月会员日", renamed, revision=made.revision)
    with database.begin() as work:
        assert service.approve_plan(work, SIYU, plan_id).stage == "approved"
        with pytest.raises(InvalidDefinitionError):  # costs and events call it so
            service.save_plan(work, SIYU, plan_id, "三月会员日", a_document())
        assert service.begin_plan(work, SIYU, plan_id).stage == "running"
    refused(service.begin_plan, service.delete_plan)

    with database.begin() as work:  # tasks need nobody's approval, everything else does
        moved = a_document(campaign="spring_day", tasks=[a_task("posters", ends_on="2026-03-05")])
        state = service.save_plan(work, SIYU, plan_id, "三月会员日", moved)
        assert state.draft is None
        assert [each.ends_on for each in state.shown.tasks] == ["2026-03-05"]
        later = service.save_plan(work, SIYU, plan_id, "三月会员日", {**moved, "ends_on": "2026-03-09"})
        assert (later.shown.ends_on, later.draft and later.draft.ends_on) == ("2026-03-07", "2026-03-09")
        assert service.approve_plan(work, SIYU, plan_id).shown.ends_on == "2026-03-09"

        assert service.set_task(work, SIYU, plan_id, "posters", "doing").tasks == {"posters": "doing"}
        assert service.set_task(work, SIYU, plan_id, "posters", "done").tasks == {"posters": "done"}
        with pytest.raises(NotFoundError):
            service.set_task(work, SIYU, plan_id, "no", "done")

        page = PageRequest(size=1)
        other = service.create_plan(work, SIYU, "四月", a_document(campaign="april"))
        assert [each.plan_id for each in service.list_plans(work, SIYU, page).rows] == [other.plan_id]
        rest = service.list_plans(work, SIYU, PageRequest(1, service.list_plans(work, SIYU, page).next_after))
        assert ([each.plan_id for each in rest.rows], rest.next_after) == ([plan_id], None)
        running = service.list_plans(work, SIYU, PageRequest(), stage="running")
        assert [each.plan_id for each in running.rows] == [plan_id]
        days = (date(2026, 3, 8), date(2026, 3, 31))
        assert [each.plan_id for each in service.list_plans(work, SIYU, PageRequest(), days=days).rows] == [plan_id]
        service.delete_plan(work, SIYU, other.plan_id)
        service.create_plan(work, SIYU, "四月", a_document(campaign="april"))  # its campaign is free again

        closed = service.close_plan(work, SIYU, plan_id)
        assert (closed.stage, closed.closed_at) == ("closed", clock.now())
        assert service.reopen_plan(work, SIYU, plan_id).stage == "running"


def test_a_plan_uses_what_it_names(database: Database) -> None:
    segment_id = a_segment(database)
    with database.begin() as work:
        for field, path in (
            ({"segment_ids": [10**6]}, "segment_ids.0"),
            ({"linked_ids": [10**6]}, "linked_ids.0"),
            ({"targets": [{"metric_id": segment_id, "value": 1}]}, "targets.0.metric_id"),
            ({"roles": [{"name": "总负责", "staff_ids": [10**6]}]}, "roles.0.staff_ids.0"),
            ({"tasks": [a_task("a", owner_id=10**6)]}, "tasks.0.owner_id"),
        ):
            with pytest.raises(InvalidDefinitionError) as caught:
                service.create_plan(work, SIYU, "三月", a_document(**field))
            assert caught.value.fields["path"] == path
        made = service.create_plan(work, SIYU, "三月", a_document(segment_ids=[segment_id]))
        review = service.create_review(
            work, SIYU, "三月复盘", {"begins_on": "2026-03-01", "ends_on": "2026-03-07", "plan_id": made.plan_id}
        )
        with pytest.raises(DefinitionInUseError):
            service.delete_plan(work, SIYU, made.plan_id)
        service.delete_review(work, SIYU, review.review_id)
        service.delete_plan(work, SIYU, made.plan_id)


def test_whose_a_plan_is(database: Database) -> None:
    with database.begin() as work:
        company.ensure_first_admin(work, "admin@example.com", "correct horse", "晨曦")
        root = company.list_units(work, SIYU)[0]
        east, west = (company.create_unit(work, SIYU, name, root.unit_id) for name in ("华东", "华西"))
        store = company.create_unit(work, SIYU, "上海店", east.unit_id)
        staff = company.create_staff(
            work, SIYU, "唐小满", "t@example.com", "long enough!", Role.FRONTLINE, store.unit_id
        )

        def manager(path: str) -> Actor:
            return Actor(ActorKind.STAFF, "7", RIGHTS_OF[Role.MANAGER], Scope(path))

        tasks = [a_task("posters", owner_id=staff.staff_id), a_task("send")]
        made = service.create_plan(work, manager(east.path), "华东", a_document(unit_id=east.unit_id, tasks=tasks))
        whole = service.create_plan(work, SIYU, "全国", a_document(campaign="whole"))
        for path, seen in ((root.path, 2), (east.path, 2), (store.path, 2), (west.path, 1)):
            actor = manager(path)
            assert len(service.list_plans(work, actor, PageRequest()).rows) == seen
            assert service.get_plan(work, actor, whole.plan_id).shown.campaign == "whole"
        with pytest.raises(NotFoundError):
            service.get_plan(work, manager(west.path), made.plan_id)
        for actor, plan in ((manager(store.path), made), (manager(east.path), whole)):
            with pytest.raises(OutsideUnitError):
                service.save_plan(work, actor, plan.plan_id, "我的", plan_document(plan.shown))
        given = a_document(unit_id=west.unit_id, tasks=tasks)
        with pytest.raises(OutsideUnitError):  # nor may it be given away
            service.save_plan(work, manager(east.path), made.plan_id, "华东", given)

        document = {"begins_on": "2026-03-01", "ends_on": "2026-03-07"}
        theirs = service.create_review(work, SIYU, "华东复盘", {**document, "plan_id": made.plan_id})
        service.add_action(work, SIYU, theirs.review_id, "华东的事")
        after = service.create_review(work, SIYU, "全国复盘", {**document, "follows_id": theirs.review_id})
        for path, carried in ((east.path, 1), (west.path, 0)):
            assert len(service.list_actions(work, manager(path), after.review_id)) == carried

        own = Actor(ActorKind.STAFF, str(staff.staff_id), RIGHTS_OF[Role.FRONTLINE], Scope(store.path, own_only=True))
        assert service.set_task(work, own, made.plan_id, "posters", "done").tasks == {"posters": "done"}
        with pytest.raises(ForbiddenError):
            service.set_task(work, own, made.plan_id, "send", "done")


def test_reviews_are_closed_for_good_and_their_actions_carried_on(database: Database) -> None:
    numbers = ReviewNumbers(datetime(2026, 3, 8, tzinfo=UTC), 42, False, "2026-02-22", "2026-02-28", (), (), 500_000)
    east = Actor(ActorKind.STAFF, "7", RIGHTS_OF[Role.OPERATOR], Scope("1.2."))
    with database.begin() as work:
        document = {"begins_on": "2026-03-01", "ends_on": "2026-03-07"}
        first = service.create_review(work, SIYU, "第一周", document)
        kept = service.add_action(work, SIYU, first.review_id, "早一天发券", due_on=date(2026, 3, 10))
        done = service.add_action(work, SIYU, first.review_id, "换海报")
        gone = service.add_action(work, SIYU, first.review_id, "不做了")
        service.remove_action(work, SIYU, gone.action_id)
        service.save_action(work, SIYU, done.action_id, "done", "换海报")
        said = service.save_review(work, SIYU, first.review_id, "第一周", {**document, "went_well": "券\n用得多"})
        assert said.review.went_well == "券\n用得多"
        with pytest.raises(InvalidDefinitionError):
            service.save_review(work, SIYU, first.review_id, "第一周", {**document, "follows_id": first.review_id})
        assert service.find_frozen(work, SIYU, first.review_id) is None

        with pytest.raises(StaleDefinitionError):  # the numbers are of other days, or of other metrics
            service.close_review(work, SIYU, first.review_id, numbers, revision=first.revision)
        closed = service.close_review(work, SIYU, first.review_id, numbers, revision=said.revision)
        assert closed.closed_at == work.clock.now()
        frozen = service.find_frozen(work, SIYU, first.review_id)
        assert frozen is not None
        assert (frozen.numbers, frozen.scope_path) == (numbers, None)
        assert service.find_frozen(work, east, first.review_id) is None  # they count customers whom they do not see

        for verb in (
            lambda: service.save_review(work, SIYU, first.review_id, "改", document),
            lambda: service.close_review(work, SIYU, first.review_id, numbers),
            lambda: service.delete_review(work, SIYU, first.review_id),
            lambda: service.add_action(work, SIYU, first.review_id, "再来"),
            lambda: service.remove_action(work, SIYU, kept.action_id),
            lambda: service.save_action(work, SIYU, kept.action_id, "todo", "别的"),
        ):
            with pytest.raises(ReviewClosedError):
                verb()

        second = service.create_review(work, SIYU, "第二周", {**document, "follows_id": first.review_id})
        third = service.create_review(work, SIYU, "第三周", {**document, "follows_id": second.review_id})
        looped = {**document, "follows_id": third.review_id}
        with pytest.raises(InvalidDefinitionError):  # in a circle
            service.save_review(work, SIYU, second.review_id, "第二周", looped)
        carried = service.list_actions(work, SIYU, third.review_id)
        assert [each.text for each in carried] == ["早一天发券"]
        service.save_action(work, SIYU, kept.action_id, "done", kept.text, None, kept.due_on)
        assert service.list_actions(work, SIYU, third.review_id) == []
        own = service.list_actions(work, SIYU, first.review_id)
        assert [each.state for each in own] == ["done", "done"]

        service.close_review(work, east, second.review_id, numbers)
        assert service.find_frozen(work, east, second.review_id) is not None
        assert service.find_frozen(work, SIYU, second.review_id) is not None
        beside = Actor(ActorKind.STAFF, "8", RIGHTS_OF[Role.OPERATOR], Scope("1.3."))
        assert service.find_frozen(work, beside, second.review_id) is None
        alone = Actor(ActorKind.STAFF, "9", RIGHTS_OF[Role.OPERATOR], Scope("1.3.", own_only=True))
        with pytest.raises(ForbiddenError):
            service.close_review(work, alone, third.review_id, numbers)
        page = service.list_reviews(work, SIYU, PageRequest(size=2))
        assert [each.name for each in page.rows] == ["第三周", "第二周"]
        assert page.next_after is not None
