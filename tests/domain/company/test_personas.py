"""Personas: their accounts, what is dressed, and when an account is held back."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from siyu.domain.company import reading, service
from siyu.domain.company.contracts import (
    AccountDraft,
    AccountNumbers,
    AccountTakenError,
    PersonaDraft,
    PersonaLimits,
    StalePersonaError,
    ThrottleReason,
)
from siyu.domain.company.personas_rules import throttle_reasons
from siyu.kernel.actors import system_actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.postgres.database import Database, UnitOfWork

ACTOR = system_actor("test")
ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 6, 1)
OLD = TODAY - timedelta(days=400)


@pytest.mark.parametrize(
    ("numbers", "reasons"),
    [
        (AccountNumbers(adds_today=99, opened_on=OLD), ()),
        (AccountNumbers(adds_today=100, opened_on=OLD), (ThrottleReason.ADDS,)),
        (AccountNumbers(adds_today=30, opened_on=TODAY - timedelta(days=29)), (ThrottleReason.ADDS,)),
        (AccountNumbers(adds_today=30, opened_on=TODAY - timedelta(days=30)), ()),
        (AccountNumbers(adds_today=30), ()),
        (AccountNumbers(adds_week=19, deletions_week=19, opened_on=OLD), ()),
        (AccountNumbers(adds_week=20, deletions_week=3, opened_on=OLD), ()),
        (AccountNumbers(adds_week=20, deletions_week=4, opened_on=OLD), (ThrottleReason.DELETIONS,)),
        (AccountNumbers(complaints_week=2), ()),
        (AccountNumbers(complaints_week=3), (ThrottleReason.COMPLAINTS,)),
        (AccountNumbers(500, 500, 500, 500, TODAY), tuple(ThrottleReason)),
    ],
)
def test_an_account_is_held_back_by_its_numbers(numbers: AccountNumbers, reasons: tuple[ThrottleReason, ...]) -> None:
    assert throttle_reasons(numbers, PersonaLimits(), TODAY) == reasons


def test_without_limits_nothing_is_held_back() -> None:
    free = PersonaLimits(0, 0, 0, 0, 0, 0)
    assert throttle_reasons(AccountNumbers(500, 500, 500, 500, TODAY), free, TODAY) == ()


def member(staff_id: int, userid: str) -> AccountDraft:
    return AccountDraft("wecom", userid, f"员工 {staff_id}", corp_id="wwtest", staff_id=staff_id)


def staff(work: UnitOfWork, *names: str) -> list[int]:
    service.ensure_first_admin(work, "admin@siyu.example", "a long password", "晨曦茶饮")
    return [service.adopt_staff(work, ACTOR, name, f"{n}@siyu.example", 1)[0] for n, name in enumerate(names)]


def test_a_persona_has_accounts_that_are_dressed_and_held_back(database: Database) -> None:
    draft = PersonaDraft("茶小晨", "福利官", tone="活泼，自称小晨", stages=["新客", "成长"], dressing=["头像", "昵称"])
    with database.begin() as work:
        xia, qiu = staff(work, "夏", "秋")
        made = service.create_persona(work, ACTOR, draft, ZONE)
        other = service.create_persona(work, ACTOR, PersonaDraft("主理人", dressing=["头像"]), ZONE)
        with_one = service.add_account(work, ACTOR, made.persona_id, member(xia, "xia"), ZONE)
        with_two = service.add_account(work, ACTOR, made.persona_id, member(qiu, "qiu"), ZONE)
        first, second = (each.account_id for each in with_two.accounts)
        with pytest.raises(AccountTakenError):
            service.add_account(work, ACTOR, other.persona_id, member(xia, "xia"), ZONE)
        with pytest.raises(InvalidError):
            service.add_account(work, ACTOR, made.persona_id, AccountDraft("wecom", "nobody", ""), ZONE)
        with pytest.raises(StalePersonaError):
            service.save_persona(work, ACTOR, made.persona_id, draft, ZONE, revision=made.revision + 1)
        with pytest.raises(InvalidError):
            service.dress_account(work, ACTOR, made.persona_id, first, "签名", ZONE, is_done=True)
        with pytest.raises(NotFoundError):
            service.dress_account(work, ACTOR, other.persona_id, first, "头像", ZONE, is_done=True)
        dressed = service.dress_account(work, ACTOR, made.persona_id, first, "头像", ZONE, is_done=True)
    assert len(with_one.accounts) == 1
    assert [(each.item, each.done_on) for each in dressed.accounts[0].dressed] == [("头像", TODAY)]
    with database.begin() as work:
        health = {first: AccountNumbers(adds_today=100, opened_on=OLD), second: AccountNumbers(adds_today=3)}
        service.save_health(work, ACTOR, health, ZONE)
    with database.read() as look:
        assert reading.throttled_staff(look, [xia, qiu, 99]) == {xia}
        assert reading.accounts_of_persona(look, made.persona_id) == {"wecom": ("xia", "qiu")}
        shown = service.get_persona(look, ACTOR, made.persona_id, ZONE)
    assert shown.accounts[0].throttled == (ThrottleReason.ADDS,)
    assert not shown.is_throttled
    with database.begin() as work:
        for _ in range(3):
            service.note_complaint(work, ACTOR, made.persona_id, second, TODAY, ZONE)
        watched = {each.account_id: each for each in service.watched_accounts(work, ACTOR, ZONE)}
        numbers = AccountNumbers(complaints_week=watched[second].complaints_week)
        service.save_health(work, ACTOR, {second: numbers, first: AccountNumbers()}, ZONE)
        assert reading.throttled_staff(work, [xia, qiu]) == {qiu}
        service.archive_persona(work, ACTOR, made.persona_id, ZONE)
        assert reading.throttled_staff(work, [xia, qiu]) == set()
        assert [each.name for each in service.list_personas(work, ACTOR, ZONE)] == ["主理人"]
