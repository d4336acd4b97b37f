"""A brand's WeCom that is put down goes on where it was when it is taken up again."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

from siyu.kernel.clock import ManualClock
from siyu.world import keeping
from siyu.world.wechat.accounts import Account, AccountKind, Platform
from siyu.world.wecom import friends
from siyu.world.wecom.brand import brand_secrets, build_brand_corp
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.people import Person
from siyu.world.wecom.shelf import Shelf
from siyu.world.wecom.transfers import Transfer, complete
from tests.world.wecom.test_brand import PLAN, STAFF, told

ONE, OTHER = STAFF[1].userid, STAFF[2].userid


def begun(path: Path, clock: ManualClock, plan: str = "plan") -> tuple[Corp, Platform, Shelf]:
    platform = Platform(clock)
    shelf = Shelf(path, plan, platform)
    return build_brand_corp(PLAN, clock, brand_secrets("key"), shelf.take_up)[0], platform, shelf


def test_what_went_on_since_is_there_after_a_new_start(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "wecom.kept"
    corp, platform, shelf = begun(path, clock)
    listened: list[int] = []
    corp.phones.on_shown = listened.append
    newcomer = corp.people.add_person(Person("新客", 1, "u-new"))
    friends.befriend(corp, ONE, newcomer, add_way=1)
    friends.chat(corp, ONE, newcomer, {"msgtype": "text", "text": {"content": "在吗"}}, is_from_customer=False)
    left = friends.resign(corp, OTHER)
    taken = corp.people.numbers_of(OTHER)[0]
    transfer = Transfer(taken, left.userid, ONE, clock.now(), True)
    corp.transfers.start(transfer)
    corp.agenda.at(clock.now() + timedelta(hours=24), partial(complete, corp, transfer))
    account = platform.accounts.setdefault("wx1", Account("wx1", "s", AccountKind.OFFICIAL, "gh"))
    fan = account.know("u-new")
    external_userid, before = corp.people.id_of(newcomer), told(corp)
    shelf.put_down(corp)
    assert path.stat().st_mode & 0o077 == 0

    clock.advance(timedelta(days=2))
    again, platform, shelf = begun(path, clock)
    assert told(again) == before
    assert again.people.number_of(external_userid) == newcomer
    assert [each.content["text"]["content"] for each in again.phones.of(newcomer)] == ["在吗"]
    assert platform.accounts["wx1"].fans == {fan.openid: fan}
    assert again.new_key("x") == corp.new_key("x")  # it counts on from where it was
    assert again.staff.find(OTHER) is None
    changed = again.changes.count
    again.agenda.run(again.now())
    assert again.people.relation(ONE, taken) is not None  # the day was over while nobody was there
    friends.chat(again, ONE, newcomer, {"msgtype": "text", "text": {"content": "?"}}, is_from_customer=False)
    assert again.changes.count > changed
    assert len(listened) == 1  # who listened then does not any more


def test_nothing_is_written_where_nothing_happened_and_another_plan_begins_anew(
    tmp_path: Path, clock: ManualClock
) -> None:
    path = tmp_path / "wecom.kept"
    corp, _, shelf = begun(path, clock)
    corp.people.add_person(Person("新客", 1, ""))
    shelf.put_down(corp)
    written = path.stat().st_mtime_ns
    shelf.put_down(corp)
    assert path.stat().st_mtime_ns == written
    assert begun(path, clock)[0].people.count == corp.people.count
    assert begun(path, clock, "another plan")[0].people.count == corp.people.count - 1
    path.write_bytes(path.read_bytes()[:-40])
    assert begun(path, clock)[0].people.count == corp.people.count - 1


def test_a_file_calls_nothing_that_is_not_of_a_world(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    keeping.write(path, b"mark" + keeping.packed({"way": os.getcwd}, {}))
    assert keeping.find(path, b"mark", {}) is None
    beside = (
        b"\x80\x04\x8c\x12siyu.world.keeping\x8c\x09os.getcwd\x93)R."  # by a module of the world to one that it uses
    )
    keeping.write(path, b"mark" + beside)
    assert keeping.find(path, b"mark", {}) is None


def test_a_disk_without_room_ends_no_world(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "gone" / "wecom.kept"
    corp, _, shelf = begun(path, clock)
    shelf.put_down(corp)
    path.parent.mkdir()
    shelf.put_down(corp)
    assert begun(path, clock)[1].accounts == {}
    assert path.exists(), "tried again, though nothing has happened since"
