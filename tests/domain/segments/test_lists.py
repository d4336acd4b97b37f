"""Fixed lists: who stands on them, whoever they are now; used lists stay; what changed is looked at again."""

from __future__ import annotations

import pytest

from siyu.domain.company import service as company
from siyu.domain.customers import service as customers
from siyu.domain.definitions import service as definitions
from siyu.domain.definitions.contracts import DefinitionInUseError
from siyu.domain.segments import reading, service
from siyu.domain.segments.contracts import ListChange, ListMode, Merge
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError, NotFoundError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.scenery import some_customers

SIYU = system_actor("test")
ADD, REPLACE, REMOVE = ListMode.ADD, ListMode.REPLACE, ListMode.REMOVE


def a_list(database: Database, *customer_ids: int) -> int:
    with database.begin() as work:
        made = service.create_list(work, SIYU, "老客户")
        service.change_list(work, SIYU, made.list_id, ADD, customer_ids)
    return made.list_id


def listed(database: Database, list_id: int) -> list[int]:
    with database.read() as read:
        found: list[int] = reading.list_members_of(read, list_id).tolist()
        assert service.get_list(read, SIYU, list_id).size == len(found)
    return found


def called(database: Database) -> list[int]:
    """Who is to be looked at again; forgotten with it."""
    with database.begin() as work:
        rows = work.driver.execute("DELETE FROM segments.calls RETURNING customer_id, reason").fetchall()
    assert {row[1] for row in rows} <= {2}
    return sorted(row[0] for row in rows)


def test_a_list_is_filled_changed_and_forgotten(database: Database) -> None:
    a, b, c = some_customers(database, 3)
    list_id = a_list(database, b, a, a)
    assert listed(database, list_id) == [a, b]
    assert called(database) == [a, b]
    with database.begin() as work:
        assert service.change_list(work, SIYU, list_id, ADD, [b, c, 10**9]) == ListChange(added=1, removed=0, size=3)
        assert service.change_list(work, SIYU, list_id, REMOVE, [a, a]) == ListChange(added=0, removed=1, size=2)
        assert service.change_list(work, SIYU, list_id, REPLACE, [a, b]) == ListChange(added=1, removed=1, size=2)
    assert listed(database, list_id) == [a, b]
    assert called(database) == [a, a, c, c]
    with database.begin() as work:
        assert service.change_list(work, SIYU, list_id, ADD, [a]) == ListChange(added=0, removed=0, size=2)
        assert service.rename_list(work, SIYU, list_id, "更老的客户").name == "更老的客户"
    assert called(database) == []
    with database.begin() as work:
        (row,) = service.list_lists(work, SIYU, PageRequest()).rows
        assert (row.list_id, row.name, row.size, row.used_by) == (list_id, "更老的客户", 2, [])
        service.delete_list(work, SIYU, list_id)
    with database.read() as read, pytest.raises(NotFoundError):
        service.get_list(read, SIYU, list_id)
    with database.read() as read:
        assert reading.list_members_of(read, list_id).tolist() == []


def test_what_is_used_is_not_deleted(database: Database) -> None:
    list_id = a_list(database)
    with database.begin() as work:
        user = definitions.create(work, SIYU, "segment", "用名单的", {}, [list_id])
        with pytest.raises(DefinitionInUseError):
            service.delete_list(work, SIYU, list_id)
        assert [each.name for each in service.get_list(work, SIYU, list_id).used_by] == ["用名单的"]
        definitions.delete(work, SIYU, user.definition_id)
        service.delete_list(work, SIYU, list_id)


def test_a_list_of_another_kind_is_none(database: Database) -> None:
    with database.begin() as work:
        segment = definitions.create(work, SIYU, "segment", "人群", {})
        with pytest.raises(NotFoundError):
            service.change_list(work, SIYU, segment.definition_id, ADD, [1])
        with pytest.raises(NotFoundError):
            service.rename_list(work, SIYU, segment.definition_id, "名单")


def test_whoever_was_merged_stands_there_as_who_they_are_now(database: Database) -> None:
    a, b, c = some_customers(database, 3)
    list_id, other = a_list(database, b, c), a_list(database, a, b)
    with database.begin() as work:
        customers.merge(work, SIYU, [a, b], "同一人")
        service.move_members(work, SIYU, [Merge(winner_id=a, loser_id=b)])
    assert listed(database, list_id) == [a, c]
    assert listed(database, other) == [a]
    with database.begin() as work:
        # somebody still has the old number
        assert service.change_list(work, SIYU, list_id, REMOVE, [b]) == ListChange(added=0, removed=1, size=1)
        assert service.change_list(work, SIYU, list_id, ADD, [b]) == ListChange(added=1, removed=0, size=2)
    with database.begin() as work:
        customers.split(work, SIYU, a, profile_ids=[b], reason="两个人")
        service.move_members(work, SIYU, [Merge(winner_id=a, loser_id=b, is_split=True)])
    assert listed(database, list_id) == [a, c]


def test_who_was_erased_is_on_no_list_and_comes_on_none(database: Database) -> None:
    a, b = some_customers(database, 2)
    list_id = a_list(database, a, b)
    with database.begin() as work:
        customers.lock_erasing(work, SIYU)
        service.leave_segments(work, SIYU, [a])
        customers.forget_profiles(work, SIYU, [a])
    assert listed(database, list_id) == [b]
    with database.begin() as work:
        assert service.change_list(work, SIYU, list_id, ADD, [a]) == ListChange(added=0, removed=0, size=1)
    with database.read() as read:
        assert reading.told_of_lists(read, [a]) == []
        assert reading.told_of_lists(read, [b]) == [{"list_id": list_id, "list": "老客户"}]


def test_a_limited_scope_lists_its_own_customers_only(database: Database) -> None:
    a, b, c = some_customers(database, 3)
    with database.begin() as work:
        company.ensure_first_admin(work, "a@example.com", "correct horse battery", "总部")
        root = company.list_units(work, SIYU)[0]
        store = company.create_unit(work, SIYU, "门店", root.unit_id)
        for each in (b, c):
            customers.set_custody(work, SIYU, each, unit_id=store.unit_id, staff_id=None)
    list_id = a_list(database, a, b)
    clerk = Actor(
        ActorKind.STAFF, "7", frozenset({"lists.read", "lists.write", "customers.read"}), Scope(unit_path=store.path)
    )
    with database.begin() as work:
        # b leaves, c comes; a is not theirs to take away
        assert service.change_list(work, clerk, list_id, REPLACE, [a, c]) == ListChange(added=1, removed=1, size=2)
    assert listed(database, list_id) == [a, c]
    stranger = Actor(ActorKind.STAFF, "8", frozenset({"lists.read"}))
    with database.begin() as work, pytest.raises(ForbiddenError):
        service.change_list(work, stranger, list_id, ADD, [b])


def test_what_was_done_is_in_the_audit(database: Database) -> None:
    (a,) = some_customers(database, 1)
    list_id = a_list(database, a)
    with database.read() as read:
        rows = company.list_audit(read, SIYU, PageRequest()).rows
    changed = next(each for each in rows if each.verb == "lists.change")
    assert changed.subject == f"list:{list_id}"
    assert {key: str(value) for key, value in changed.fields.items()} == {"mode": "add", "added": "1", "removed": "0"}
