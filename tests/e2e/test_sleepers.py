"""The sleepers are woken, as whoever approves it sees it in the browser: it waits for a word, staff confirm or ignore it, at the
window's end what nobody confirmed is cancelled, one text message goes to those left, and the lift stands against the hold-out. The
clock is the test's, and so are the workers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from siyu.domain.company import service as company
from siyu.domain.company.contracts import Role
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentState
from siyu.domain.messages import service as messages
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.world.wecom.building import Size
from tests.e2e.sweeping import DESK, Walk, logged_in
from tests.e2e.test_setting_up import fresh_installation
from tests.e2e.words import Words
from tests.engines.mirror.conftest import Mirrored, mirror_of
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.sending import Sending, a_send
from tests.engines.reach.test_wake_sleepers import buy, told
from tests.engines.scenery import SIYU
from tests.faces.api.conftest import EMAIL, PASSWORD

__all__ = ["mirror_of"]

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(200)]

APPROVER = "ben@example.com"


def asked_for(database: Database, columns: Columns, mirrored: Mirrored, sms: FakeChannel) -> Sending:
    """Anna asks for it; two of five sleepers are held out."""
    with database.begin() as work:
        company.ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
        company.create_staff(work, SIYU, "Ben", APPROVER, PASSWORD, Role.OPERATOR, 1)
    sending = Sending(mirrored, columns, others=(sms,))
    segment_id = sending.begin()
    with database.begin() as work:
        at = dict.fromkeys(sending.people, work.clock.now())
        customers.set_consents(work, SIYU, at, channel="sms", purpose="marketing", state=ConsentState.GRANTED)
        messages.set_hold_out(work, SIYU, 40)
    document = a_send(segment_id, channels=["wecom", "sms"])
    document["content"]["fall_back_after_hours"] = 1
    sending.ask(document, approve_above=10)
    sending.move()
    return sending


def test_the_sleepers_are_woken(
    browser: Browser,
    database: Database,
    columns: Columns,
    mirror_of: Callable[[Database, Size], Mirrored],
    tmp_path: Path,
) -> None:
    sms, say = FakeChannel("sms"), Words(DESK.language)
    sending = asked_for(database, columns, mirror_of(database, Size(members=3, customers=80, chats=0)), sms)
    with fresh_installation(database, columns, tmp_path) as url:
        context = logged_in(browser, url, DESK, APPROVER, PASSWORD)
        walk = Walk(context)
        page = walk.page
        walk.go("/sends/approvals")
        page.get_by_role("table", name=say("sends.tabs.approvals")).get_by_role("link").first.click()
        approve = page.get_by_role("main").get_by_role("button", name=say.button("sends.approve"))
        approve.click()
        expect(approve).to_have_count(0)  # it is written down
        sending.move(2)
        (task,) = sending.mirrored.api.corp.mass.messages.values()
        keen, *idle = sorted(task.tasks, key=lambda each: -len(task.tasks[each].outcomes))
        sending.confirm(keen)
        for userid in idle:
            sending.mirrored.api.door("staff/ignore", userid=userid, msgid=task.msgid)
        sending.move(2)
        by_members = told(sending, sms)[0]
        page.reload()
        members = page.get_by_role("table", name=say("sends.byMember")).get_by_role("row")
        expect(members.filter(has_text=say("sends.unconfirmed"))).to_have_count(len(idle))
        address = page.url
        while not task.is_cancelled:
            assert sms.messages == []  # members may confirm still
            sending.move(1, hours=1)
        sending.move(16, hours=1)  # the night is quiet, and the next morning comes
        by_sms = [each.customer_id for each in sms.messages]
        assert len(by_sms) == len(set(by_sms)) > 0
        assert set(by_sms).isdisjoint(by_members)
        context.request.post("/api/session", data={"email": APPROVER, "password": PASSWORD})
        page.goto(address)
        expect(page.get_by_role("main").get_by_text(say("sends.states.done"), exact=True).first).to_be_visible()
        buy(sending, database, columns, by_sms)
        walk.go("/insight/sends")
        lift = page.get_by_role("table", name=say("insight.lift"))
        expect(lift.get_by_role("row")).to_have_count(2)
        expect(lift.get_by_role("row").last).to_contain_text(say("insight.liftCompany"))
        assert walk.faults() == []
        context.close()
