"""The page where customers say which messages they want."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import ConsentRecord, ConsentState, Identity
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.conftest import START
from tests.engines.scenery import SIYU, some_customers, the_log

PAGE_BYTES_MAX = 15 * 1024
HOUR = int(START.timestamp()) // 3600


@pytest.fixture
def she(database: Database) -> int:
    return some_customers(database, 1)[0]


@pytest.fixture
def path(she: int, addresses: SignedAddresses, clock: ManualClock) -> str:
    clock.advance(timedelta(seconds=1))
    return addresses.preferences_url(she, HOUR)


def token_in(text: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', text)
    assert found
    return found[1]


def allowed(database: Database, customer_id: int) -> bool:
    with database.read() as reading:
        return customer_id in customers_reading.may_receive(reading, [customer_id], "webhook")


def test_the_page_says_what_is_on(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 200
    for words in ("晨曦茶饮", "消息设置", "活动与优惠消息", "接收中", "停止接收"):
        assert words in answer.text
    assert 'lang="zh-CN"' in answer.text
    assert len(answer.content) < PAGE_BYTES_MAX
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]


def test_it_speaks_english_too(client: TestClient, path: str) -> None:
    for answer in (client.get(f"{path}?lang=en"), client.get(path, headers={"Accept-Language": "en-US,en;q=0.9"})):
        assert "Message preferences" in answer.text
        assert '<html lang="en">' in answer.text
    assert "消息设置" in client.get(f"{path}?lang=zh", headers={"Accept-Language": "en"}).text


def test_withdrawing_and_coming_back(
    client: TestClient, database: Database, clock: ManualClock, path: str, she: int
) -> None:
    token = token_in(client.get(path).text)
    answer = client.post(path, data={"token": token, "channel": "webhook", "state": "withdrawn"})
    assert answer.status_code == 303
    assert not allowed(database, she)
    page = client.get(answer.headers["location"])
    assert "已停止，您的选择立即生效" in page.text
    assert "恢复接收" in page.text
    clock.advance(timedelta(seconds=1))
    client.post(path, data={"token": token, "channel": "webhook", "state": "granted"})
    assert allowed(database, she)
    told = the_log(database, "consent_changed")
    assert [(event.profile_id, event.properties["state"]) for event in told[-2:]] == [
        (she, "withdrawn"),
        (she, "granted"),
    ]


def post(client: TestClient, path: str, purpose: str, channel: str, state: str) -> str:
    """Chooses on the page; gives the page that is shown then."""
    token = token_in(client.get(path).text)
    told = {"token": token, "purpose": purpose, "channel": channel, "state": state}
    return client.get(client.post(path, data=told).headers["location"]).text


def ledger(database: Database, customer_id: int) -> list[ConsentRecord]:
    with database.read() as reading:
        return list(customers_reading.list_consent_records(reading, SIYU, customer_id, PageRequest()).rows)


def test_what_was_read_and_pressed_is_the_proof(client: TestClient, database: Database, path: str, she: int) -> None:
    post(client, path, "marketing", "webhook", "withdrawn")
    record = ledger(database, she)[0]
    assert (record.actor_kind, record.evidence.source) == ("customer", "h5")
    assert record.evidence.notice == "消息设置 · 活动与优惠消息 · 停止接收"
    assert "preferences" in record.evidence.reference
    assert path not in record.evidence.reference


def test_all_is_stopped_at_once_and_taken_back(
    client: TestClient, database: Database, clock: ManualClock, path: str, she: int
) -> None:
    with database.begin() as work:
        customers.set_consent(work, SIYU, she, channel="sms", purpose="marketing", state=ConsentState.WITHDRAWN)
    assert "全部停止" in client.get(path).text
    text = post(client, path, "marketing", "*", "withdrawn")
    assert "已随全部停止" in text
    assert not allowed(database, she)
    clock.advance(timedelta(seconds=1))
    text = post(client, path, "marketing", "*", "granted")
    assert "已随全部停止" not in text
    assert allowed(database, she)
    with database.read() as reading:
        assert customers_reading.may_receive(reading, [she], "sms") == set()


def test_being_profiled_can_be_refused_and_sharing_is_offered_to_nobody(
    client: TestClient, database: Database, path: str, she: int
) -> None:
    assert "个性化推荐" in client.get(path).text
    assert "与合作伙伴共享" not in client.get(path).text
    post(client, path, "partner_sharing", "*", "granted")
    post(client, path, "profiling", "*", "withdrawn")
    with database.read() as reading:
        for purpose in ("partner_sharing", "profiling"):
            assert customers_reading.may_receive(reading, [she], "*", purpose) == set()


@pytest.mark.parametrize(("query", "channel"), [("?channel=webhook", "webhook"), ("", "*"), ("?channel=A%00", "*")])
def test_a_mail_program_unsubscribes_at_one_click(
    client: TestClient, database: Database, path: str, she: int, query: str, channel: str
) -> None:
    """RFC 8058: a form of one field, without cookies or tokens; as either kind of form."""
    assert client.get(path + query).status_code == 200
    assert allowed(database, she)
    for sent in ({"data": {"List-Unsubscribe": "One-Click"}}, {"files": {"List-Unsubscribe": (None, "One-Click")}}):
        answer = client.post(path + query, **sent)
        assert (answer.status_code, answer.text) == (200, "")
    assert not allowed(database, she)
    record = ledger(database, she)[0]
    assert (record.channel, record.state, record.evidence.notice) == (
        channel, ConsentState.WITHDRAWN, "List-Unsubscribe=One-Click",
    )  # fmt: skip


@pytest.mark.parametrize("token", ["", "x", "forged"])
def test_without_the_pages_token_nothing_changes(
    client: TestClient, database: Database, path: str, she: int, token: str
) -> None:
    answer = client.post(path, data={"token": token, "channel": "webhook", "state": "withdrawn"})
    assert allowed(database, she)
    assert answer.status_code in {303, 422}


def test_an_old_token_asks_to_press_again(
    client: TestClient, database: Database, clock: ManualClock, path: str, she: int
) -> None:
    token = token_in(client.get(path).text)
    clock.advance(timedelta(hours=26))
    answer = client.post(path, data={"token": token, "channel": "webhook", "state": "withdrawn"})
    assert allowed(database, she)
    assert "请再点一次" in client.get(answer.headers["location"]).text


def test_the_token_of_another_does_not_serve(
    client: TestClient, database: Database, addresses: SignedAddresses, path: str, she: int
) -> None:
    hour = int(database.clock.now().timestamp()) // 3600
    token = addresses.form_token(she + 1, hour)
    client.post(path, data={"token": token, "channel": "webhook", "state": "withdrawn"})
    assert allowed(database, she)


def test_only_a_channel_that_is_shown_can_be_chosen(
    client: TestClient, database: Database, path: str, she: int
) -> None:
    token = token_in(client.get(path).text)
    client.post(path, data={"token": token, "channel": "sms", "state": "granted"})
    with database.read() as reading:
        assert [consent.channel for consent in customers_reading.consents_of(reading, she)] == ["webhook"]


def test_who_was_merged_decides_for_who_they_are_now(
    client: TestClient, database: Database, addresses: SignedAddresses, clock: ManualClock
) -> None:
    first, second = some_customers(database, 2)
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", "u0"), Identity("user_id", "u1")): work.clock.now()})
    clock.advance(timedelta(seconds=1))
    path = addresses.preferences_url(second, HOUR)
    token = token_in(client.get(path).text)
    client.post(path, data={"token": token, "channel": "webhook", "state": "withdrawn"})
    assert not allowed(database, first)


@pytest.mark.parametrize("form", [{"List-Unsubscribe": "One-Click"}, {"channel": "webhook", "state": "withdrawn"}])
def test_a_no_reaches_whoever_was_parted_since_the_message_was_sent(
    client: TestClient, database: Database, addresses: SignedAddresses, clock: ManualClock, form: dict[str, str]
) -> None:
    """The message went to an address of the one who left, and carries the number of the one who stayed."""
    first, second = some_customers(database, 2)
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", "u0"), Identity("user_id", "u1")): work.clock.now()})
    path = addresses.preferences_url(first, HOUR)
    clock.advance(timedelta(hours=2))
    with database.begin() as work:
        assert customers.split(work, SIYU, first, profile_ids=[second], reason="两个人") == second
    clock.advance(timedelta(hours=2))
    later = addresses.preferences_url(first, HOUR + 4)
    client.post(later, data={**form, "token": token_in(client.get(later).text)})
    assert not allowed(database, first)
    assert allowed(database, second)
    client.post(path, data={**form, "token": token_in(client.get(path).text)})
    assert not allowed(database, second)


def test_a_forged_address_shows_nothing(client: TestClient, path: str, addresses: SignedAddresses) -> None:
    for bad in (path + "a", "/h5/preferences/x", addresses.link_url(1, 1).replace("/l/", "/h5/preferences/")):
        assert client.get(bad).status_code == 404
        assert client.post(bad, data={"token": "x", "channel": "webhook", "state": "withdrawn"}).status_code == 404


def test_a_brand_with_odd_letters_is_only_text(context: ApiContext, path: str) -> None:
    settings = replace(context.settings, brand_name='<b>"A&B"</b>')
    with TestClient(create_app(replace(context, settings=settings))) as client:
        text = client.get(path).text
    assert "<b>" not in text
    assert "&lt;b&gt;" in text


def test_of_an_erased_customer_there_is_no_page(client: TestClient, database: Database, she: int, path: str) -> None:
    with database.begin() as work:
        customers.lock_erasing(work, SIYU)
        customers.forget_profiles(work, SIYU, [she])
    assert client.get(path).status_code == 404
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 404
    with database.read() as reading:
        assert reading.driver.execute("SELECT count(*) FROM customers.consent_records").fetchone() == (0,)


def requests_of(database: Database) -> list[tuple[int, str, str, str]]:
    with database.read() as reading:
        return reading.driver.execute("SELECT profile_id, kind, state, requested_by FROM privacy.requests").fetchall()


def test_she_asks_to_be_erased_and_staff_decide(client: TestClient, database: Database, she: int, path: str) -> None:
    text = client.get(path).text
    assert "申请删除" in text
    client.post(path, data={"ask": "erasure", "token": "made up"})
    assert requests_of(database) == []
    for _ in range(2):
        answer = client.post(path, data={"ask": "erasure", "token": token_in(text)})
        assert "已收到您的删除申请" in client.get(answer.headers["location"]).text
    assert requests_of(database) == [(she, "erasure", "waiting", f"customer:{she}")]
    with database.read() as reading:
        assert customers_reading.erased_among(reading, [she]) == set()


def test_who_asks_by_an_old_message_of_two_erases_neither(
    client: TestClient, database: Database, addresses: SignedAddresses, clock: ManualClock
) -> None:
    first, second = some_customers(database, 2)
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("user_id", "u0"), Identity("user_id", "u1")): work.clock.now()})
        customers.split(work, SIYU, first, profile_ids=[second], reason="两个人")
    path = addresses.preferences_url(first, HOUR)
    answer = client.post(path, data={"ask": "erasure", "token": token_in(client.get(path).text)})
    assert "请直接联系我们申请删除" in client.get(answer.headers["location"]).text
    assert requests_of(database) == []
