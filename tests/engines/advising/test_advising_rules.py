"""What to do next, of what is known: each reason alone, and which comes first."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from siyu.engines.advising.contracts import AdviceKind, Known, KnownLead, KnownTask
from siyu.engines.advising.rules import ADVICES_MAX, advise, birthday_of, days_to
from tests.conftest import START

NOW = START
DAY = timedelta(days=1)
NOTHING = Known(NOW, NOW.date())
LEAD = KnownLead(7, True, False, "", "new", None, NOW, None)
"""Mine, and just cared for."""


def kinds(known: Known) -> list[AdviceKind]:
    return [each.kind for each in advise(known)]


CASES: list[tuple[Known, list[AdviceKind]]] = [
    (NOTHING, []),
    (replace(NOTHING, tasks=[KnownTask(1, "回电", NOW - DAY, True)]), [AdviceKind.OVERDUE_TASK]),
    (replace(NOTHING, tasks=[KnownTask(1, "回电", NOW + DAY / 2, True)]), [AdviceKind.TASK_TODAY]),
    (replace(NOTHING, tasks=[KnownTask(1, "回电", NOW + 3 * DAY, True)]), []),
    (replace(NOTHING, promised_at=NOW - DAY), [AdviceKind.FOLLOW_UP_DUE]),
    (replace(NOTHING, promised_at=NOW + 3 * DAY), []),
    (replace(NOTHING, cart_at=NOW - DAY), [AdviceKind.LEFT_IN_CART]),
    (replace(NOTHING, cart_at=NOW - 8 * DAY), []),
    (replace(NOTHING, cart_at=NOW - DAY, last_order_at=NOW - DAY / 4, orders=1), []),
    (replace(NOTHING, coupon=("满 100 减 10", NOW + 2 * DAY)), [AdviceKind.COUPON_ENDS]),
    (replace(NOTHING, coupon=("满 100 减 10", NOW - DAY)), []),
    (replace(NOTHING, lead=replace(LEAD, is_free=True, is_mine=False)), [AdviceKind.FREE_LEAD]),
    (replace(NOTHING, lead=LEAD), []),
    (replace(NOTHING, lead=replace(LEAD, returns_at=NOW + DAY)), [AdviceKind.IDLE_LEAD]),
    (replace(NOTHING, lead=replace(LEAD, intent="high", touched_at=NOW - 2 * DAY)), [AdviceKind.KEEN_LEAD]),
    (replace(NOTHING, lead=replace(LEAD, is_mine=False, returns_at=NOW)), []),
    (replace(NOTHING, orders=3, p_alive=0.2, expected_fen=90_000), [AdviceKind.LAPSING]),
    (replace(NOTHING, orders=0, p_alive=0.2), []),
    (replace(NOTHING, birthday=date(1990, 6, 3)), [AdviceKind.BIRTHDAY]),
    (replace(NOTHING, birthday=date(1990, 5, 31)), []),
    (replace(NOTHING, added_at=NOW - DAY), [AdviceKind.NEW_FRIEND]),
    (replace(NOTHING, added_at=NOW - DAY, last_talk_at=NOW), []),
    (replace(NOTHING, orders=1, last_order_at=NOW - 3 * DAY), [AdviceKind.WELCOME_BUYER]),
    (replace(NOTHING, orders=1, last_order_at=NOW - 3 * DAY, last_talk_at=NOW - DAY), []),
    (replace(NOTHING, last_seen_at=NOW - 40 * DAY), [AdviceKind.SILENT]),
    (replace(NOTHING, last_seen_at=NOW - 40 * DAY, last_talk_at=NOW - DAY), []),
]


@pytest.mark.parametrize(("known", "found"), CASES)
def test_each_reason(known: Known, found: list[AdviceKind]) -> None:
    assert kinds(known) == found


def test_promises_come_first_and_few_are_told() -> None:
    much = replace(
        NOTHING,
        tasks=[KnownTask(1, "他人的", NOW - 2 * DAY, False), KnownTask(2, "回电", NOW - DAY, True)],
        promised_at=NOW - DAY,
        cart_at=NOW - DAY,
        coupon=("券", NOW + DAY),
        birthday=NOW.date(),
        lead=replace(LEAD, returns_at=NOW + DAY),
        orders=2,
        p_alive=0.1,
    )
    found = advise(much)
    assert [each.kind for each in found] == [
        AdviceKind.OVERDUE_TASK,
        AdviceKind.FOLLOW_UP_DUE,
        AdviceKind.IDLE_LEAD,
        AdviceKind.LEFT_IN_CART,
        AdviceKind.COUPON_ENDS,
    ]
    assert len(found) == ADVICES_MAX
    assert (found[0].ref, found[0].reason_zh, found[0].reason_en) == (2, "已经超时 24 小时", "It is 24 h overdue")


def test_birthdays_come_every_year() -> None:
    assert days_to(date(2000, 2, 29), date(2026, 2, 28)) == 1
    assert days_to(date(2000, 2, 29), date(2028, 2, 28)) == 1
    assert days_to(date(1999, 1, 1), date(2026, 12, 31)) == 1
    assert birthday_of("1990-06-03") == date(1990, 6, 3)
    assert [birthday_of(each) for each in ("June", None, 19900603, "")] == [None] * 4
    assert birthday_of("1990-06-03T00:00:00") == date(1990, 6, 3)
