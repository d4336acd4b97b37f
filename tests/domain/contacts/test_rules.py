"""What is decided about contacts, without storage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from siyu.domain.contacts import rules
from siyu.domain.contacts.contracts import (
    BadRemarkError,
    LostBy,
    OutsideContact,
    OutsideDepartment,
    OutsideMember,
    OutsideRelation,
    Removal,
)

NOON = datetime(2026, 6, 1, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def known(lost_by: LostBy | None) -> rules.Known:
    """A relation that began at noon and ended, if somebody ended it, ten minutes later."""
    return rules.Known(1, b"", (), NOON, NOON + 10 * MINUTE if lost_by else None, lost_by, NOON)


@pytest.mark.parametrize(
    ("lost_by", "minutes", "begins"),
    [
        (None, 20, False),
        (LostBy.UNKNOWN, 0, True),
        (LostBy.CUSTOMER, 0, False),
        (LostBy.CUSTOMER, 10, False),
        (LostBy.CUSTOMER, 11, True),
        (LostBy.STAFF, 0, False),
        (LostBy.STAFF, 10, True),
        (LostBy.TRANSFER, 9, False),
    ],
)
def test_a_relation_begins_again_only_with_a_new_beginning(lost_by: LostBy | None, minutes: int, begins: bool) -> None:
    assert rules.begins_again(known(lost_by), NOON + minutes * MINUTE) is begins


def test_what_a_customer_comes_to() -> None:
    assert rules.contact_state(1, LostBy.CUSTOMER) == "active"
    assert rules.contact_state(0, LostBy.CUSTOMER) == "blocked"
    assert rules.contact_state(0, LostBy.STAFF) == rules.contact_state(0, None) == "lost"
    assert rules.chosen_keeper([(7, NOON), (3, NOON - MINUTE)], None) == 3
    assert rules.chosen_keeper([(7, NOON), (3, NOON - MINUTE)], 7) == 7
    assert rules.chosen_keeper([], 7) is None


@pytest.mark.parametrize(
    ("there", "taken", "given", "removal", "verdict"),
    [
        ({"a"}, set(), set(), Removal.OWN, ({1}, set(), set())),
        ({"a"}, set(), {1}, Removal.OWN, (set(), set(), set())),
        (set(), {"a"}, {1}, Removal.OWN, (set(), {1}, set())),
        (set(), {"a"}, set(), Removal.OWN, (set(), set(), set())),
        (set(), {"a"}, set(), Removal.EITHER, (set(), set(), {1})),
        ({"a"}, {"a"}, {1}, Removal.EITHER, (set(), set(), set())),
        ({"unknown"}, {"unknown"}, set(), Removal.EITHER, (set(), set(), set())),
    ],
)
def test_tags_there_are_judged_by_union_and_by_who_may_take(
    there: set[str],
    taken: set[str],
    given: set[int],
    removal: Removal,
    verdict: tuple[set[int], set[int], set[int]],
) -> None:
    found = rules.judge_tags(there, taken, given, {"a": 1}, {"a": removal})
    assert tuple(map(set, (found.give, found.take_own, found.take_whole))) == verdict


def test_anything_told_otherwise_is_another_fingerprint() -> None:
    contact = OutsideContact("wm1", "林小满", "o1", 2)
    relation = OutsideRelation("li", NOON, "备注", tag_ids=("t1", "t2"), mobiles=("13800000000",))
    mark = rules.fingerprint(contact, relation)
    shuffled = OutsideRelation("li", NOON, "备注", tag_ids=("t2", "t1"), mobiles=("13800000000",))
    assert rules.fingerprint(contact, shuffled) == mark
    others = [
        OutsideRelation("li", NOON, "备注", tag_ids=("t1",), mobiles=("13800000000",)),
        OutsideRelation("li", NOON + MINUTE, "备注", tag_ids=("t1", "t2"), mobiles=("13800000000",)),
        OutsideRelation("li", NOON, "", "备注", tag_ids=("t1", "t2"), mobiles=("13800000000",)),
    ]
    assert mark not in {rules.fingerprint(contact, each) for each in others}
    assert rules.attributes_of(contact, relation, is_new=False) == {
        "nickname": "林小满",
        "gender": "female",
        "mobile": ["13800000000"],
    }
    assert rules.attributes_of(contact, relation, is_new=True)["name"] == "林小满"


def test_departments_come_after_their_parents_even_in_a_ring() -> None:
    told = [OutsideDepartment(3, "店", 2), OutsideDepartment(2, "区", 1), OutsideDepartment(1, "公司", None)]
    assert [each.department_id for each in rules.parents_first(told)] == [1, 2, 3]
    ring = [OutsideDepartment(5, "甲", 6), OutsideDepartment(6, "乙", 5)]
    assert {each.department_id for each in rules.parents_first(ring)} == {5, 6}


def test_members_are_found_by_their_e_mail_or_one_that_leads_nowhere() -> None:
    assert rules.email_of(OutsideMember("Li", "李", 1, " Li@Chenxi.example "), "ww1") == "li@chenxi.example"
    assert rules.email_of(OutsideMember("Li@x", "李", 1, "not an address"), "WW1") == "li.at.x@ww1.invalid"
    assert rules.name_of("\x00 李\t", "li") == "李"
    assert rules.name_of(" ", "li") == "li"


def test_a_write_waits_ever_longer_and_never_less_than_it_was_told() -> None:
    assert rules.back_off(0, 0) == rules.BACK_OFF_FIRST
    assert rules.back_off(1, 0) == 2 * rules.BACK_OFF_FIRST
    assert rules.back_off(50, 0) == rules.BACK_OFF_MAX
    assert rules.back_off(0, 3600) == timedelta(hours=1)
    assert rules.checked_remark(" 老客 ", None) == ("老客", None)
    for remark, description in ((None, None), ("长" * 21, None), (None, "长" * 151)):
        with pytest.raises(BadRemarkError):
            rules.checked_remark(remark, description)
