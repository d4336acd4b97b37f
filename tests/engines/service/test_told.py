"""What WeCom tells of conversations besides texts, by a source that says just that; and how accounts of personas stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from siyu.domain.company import reading as company_reading
from siyu.domain.company import service as company
from siyu.domain.company.contracts import AccountDraft, PersonaDraft, PersonaLimits
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import (
    OutsideContact,
    OutsideMember,
    OutsideRelation,
    Refusal,
    SourceRefusedError,
    ToldBy,
)
from siyu.domain.service import service
from siyu.domain.service.contracts import (
    NotSaid,
    Origin,
    OutsideAccount,
    OutsideMessage,
    OutsidePage,
    OutsideServicer,
    OutsideVisitor,
    Said,
    SessionState,
)
from siyu.engines.service.contracts import Desk
from siyu.engines.service.doing import do_once, keep_accounts
from siyu.engines.service.health import look_at_accounts
from siyu.engines.service.receiving import read_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU
from tests.engines.service.conftest import RULES, ZONE

CORP = "wwtold"
KF = "wkone"
AT = datetime(2026, 6, 1, 3, 59, 50, tzinfo=UTC)


@dataclass
class Telling:
    """A source that hands out what it was given, and notes what it is asked to do."""

    coming: list[list[OutsideMessage]] = field(default_factory=list)
    done: list[tuple[Any, ...]] = field(default_factory=list)
    refusing: list[SourceRefusedError] = field(default_factory=list)
    standing: tuple[SessionState, str] = (SessionState.NEW, "")

    def accounts(self) -> list[OutsideAccount]:
        return [OutsideAccount(KF, "客服")]

    def servicers(self, open_kfid: str) -> list[OutsideServicer]:
        return [OutsideServicer("Xia", True), OutsideServicer("qiu", False)]

    def page(self, open_kfid: str, cursor: str, token: str) -> OutsidePage:
        number = int(cursor or "0")
        rows = self.coming[number] if number < len(self.coming) else []
        return OutsidePage(rows, str(min(number + 1, len(self.coming))), number + 1 < len(self.coming))

    def visitors(self, external_userids: Sequence[str]) -> list[OutsideVisitor]:
        raise SourceRefusedError(Refusal.FINAL, 48002)

    def session(self, open_kfid: str, external_userid: str) -> tuple[SessionState, str]:
        return self.standing

    def change_session(self, open_kfid: str, external_userid: str, state: SessionState, userid: str) -> str:
        self._do("change", state, userid)
        return ""

    def say(self, open_kfid: str, external_userid: str, said: Said, msgid: str) -> None:
        self._do("say", said.text, msgid)

    def say_on_event(self, code: str, said: Said, msgid: str) -> None:
        self._do("event", code, said.text)

    def link(self, open_kfid: str, scene: str) -> str:
        return f"https://work.weixin.qq.com/kfid/{open_kfid}"

    def _do(self, *what: Any) -> None:
        if self.refusing:
            raise self.refusing.pop()
        self.done.append(what)


def came(
    number: int, kind: str = "text", origin: Origin = Origin.CUSTOMER, text: str = "", **told: Any
) -> OutsideMessage:
    external = "" if kind in ("msg_send_fail", "servicer_status_change") else "wmLei"
    userid = "Xia" if origin is Origin.SERVICER else ""
    return OutsideMessage(f"m{number}", external, AT + timedelta(seconds=number), origin, kind, text, userid, told)


def event(number: int, kind: str, **told: Any) -> OutsideMessage:
    return came(number, kind, Origin.EVENT, **told)


def opened(database: Database, source: Telling) -> Desk:
    """An account with rules, two members, one of them on duty."""
    with database.begin() as work:
        company.ensure_first_admin(work, "admin@siyu.example", "a long password", "晨曦茶饮")
        contacts.keep_members(
            work, SIYU, CORP, [OutsideMember("xia", "夏", None), OutsideMember("qiu", "秋", None)], []
        )
    desk = Desk(database, ZONE)
    keep_accounts(desk, CORP, source)
    with database.begin() as work:
        made = service.create_rules(work, SIYU, "客服", RULES)
        service.publish_rules(work, SIYU, made.rules_id)
        service.choose_rules(work, SIYU, service.list_accounts(work, SIYU)[0].account_id, made.rules_id)
    return desk


def work_off(desk: Desk, source: Telling, *rows: OutsideMessage) -> None:
    source.coming.append(list(rows))
    with desk.database.begin() as work:
        service.note_call(work, SIYU, CORP, KF, f"token {len(source.coming)}")
    while read_once(desk, {CORP: source}) | do_once(desk, {CORP: source}):
        pass


def said(database: Database) -> dict[str, tuple[str, str, str | None]]:
    """{text or kind: (who, state, reason)}."""
    with database.begin() as work:
        (row,) = service.list_conversations(work, SIYU, PageRequest()).rows
        told = service.read_messages(work, SIYU, row.conversation.conversation_id)
    return {each.text or each.kind: (each.origin.value, each.state.value, each.reason) for each in told}


def test_what_wecom_tells_is_kept(database: Database, clock: ManualClock) -> None:
    source = Telling()
    desk = opened(database, source)
    work_off(desk, source, came(1, text="多久到货"))
    ((_, answer, msgid),) = source.done
    assert answer == "三天"
    work_off(desk, source, event(2, "msg_send_fail", fail_msgid=msgid, fail_type=10))
    assert said(database)["三天"] == ("rule", "failed", NotSaid.BLOCKED.value)
    work_off(desk, source, event(3, "session_status_change", change_type=1, new_servicer_userid="Xia"))
    work_off(desk, source, came(4, text="在吗"), came(5, origin=Origin.SERVICER, text="在的，请说"))
    with database.read() as reading:
        (row,) = service.list_conversations(reading, SIYU, PageRequest()).rows
    talk = row.conversation
    assert (talk.state, talk.userid, talk.by_persons, row.may_say) == (3, "Xia", 1, NotSaid.WITH_PERSON)
    assert talk.staff_id is not None
    work_off(desk, source, event(6, "user_recall_msg", recall_msgid="m4"))
    assert "在吗" not in said(database)
    assert said(database)["text"] == ("customer", "recalled", "")
    work_off(desk, source, event(7, "servicer_status_change", servicer_userid="Xia", status=2))
    with database.read() as reading:
        assert [each.is_on_duty for each in service.list_accounts(reading, SIYU)[0].servicers] == [False, False]
    work_off(desk, source, event(8, "session_status_change", change_type=3, old_servicer_userid="Xia", msg_code="c8"))
    assert source.done[-1] == ("event", "c8", "再见")
    clock.advance(timedelta(minutes=1))
    work_off(desk, source, came(9, text="人工"))  # nobody is on duty now
    assert [each[:2] for each in source.done[-2:]] == [("say", "请稍等"), ("change", SessionState.WAITING)]
    with database.read() as reading:
        states = [each.conversation.state for each in service.list_conversations(reading, SIYU, PageRequest()).rows]
    assert states == [SessionState.WAITING, SessionState.ENDED]


def test_refusals_are_tried_again_or_told(database: Database, clock: ManualClock) -> None:
    source = Telling(standing=(SessionState.SERVICER, "qiu"))
    desk = opened(database, source)
    source.refusing = [
        SourceRefusedError(Refusal.FINAL, 95018),
        SourceRefusedError(Refusal.WAIT, 45009, wait_seconds=60),
    ]
    work_off(desk, source, came(1, text="多久到货"))
    assert source.done == []
    clock.advance(timedelta(seconds=61))
    assert do_once(desk, {CORP: source})
    assert said(database)["三天"] == ("rule", "failed", NotSaid.WITH_PERSON.value)
    with database.read() as reading:  # asked after the refusal, with whom it really is
        (row,) = service.list_conversations(reading, SIYU, PageRequest()).rows
    assert (row.conversation.state, row.conversation.userid) == (SessionState.SERVICER, "qiu")
    work_off(desk, source, event(2, "enter_session", scene="door", welcome_code="w2"))
    assert source.done == []  # its code was dead by then


def test_members_who_stand_badly_are_brought_nobody(database: Database) -> None:
    desk = Desk(database, ZONE)
    now = database.clock.now()
    with database.begin() as work:
        company.ensure_first_admin(work, "admin@siyu.example", "a long password", "晨曦茶饮")
        contacts.keep_members(
            work, SIYU, CORP, [OutsideMember("Xia", "夏", None), OutsideMember("qiu", "秋", None)], []
        )
        told = [
            (OutsideContact(f"wm{n}", f"客 {n}"), OutsideRelation("Xia", now - timedelta(hours=1))) for n in range(3)
        ]
        told += [  # handed over by a colleague: nobody was added
            (OutsideContact(f"wm1{n}", f"客 {n}"), OutsideRelation("qiu", now - timedelta(hours=1), add_way=202))
            for n in range(3)
        ]
        contacts.tell_relations(work, SIYU, CORP, told, ToldBy.SYNC, asked_at=now)
        staff = {
            row[0]: row[1] for row in work.driver.execute("SELECT userid, staff_id FROM contacts.members").fetchall()
        }
        limits = PersonaLimits(new_daily_adds=3)
        persona = company.create_persona(work, SIYU, PersonaDraft("福利官", limits=limits), ZONE)
        for userid in ("Xia", "qiu"):
            draft = AccountDraft("wecom", userid, userid, CORP, staff[userid.lower()])
            company.add_account(work, SIYU, persona.persona_id, draft, ZONE)
    assert look_at_accounts(desk) == 2
    with database.read() as reading:
        assert company_reading.throttled_staff(reading, staff.values()) == {staff["xia"]}
        first = company.get_persona(reading, SIYU, persona.persona_id, ZONE).accounts[0]
    assert (first.numbers.adds_today, first.numbers.adds_week, first.numbers.deletions_week) == (3, 3, 0)
    assert first.opened_on == now.astimezone(ZONE).date()
