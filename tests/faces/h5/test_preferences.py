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
from siyu.domain.customers.contracts import Identity
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.scenery import SIYU, some_customers, the_log

PAGE_BYTES_MAX = 15 * 1024


@pytest.fixture
def she(database: Database) -> int:
    return some_customers(database, 1)[0]


@pytest.fixture
def path(she: int, addresses: SignedAddresses, clock: ManualClock) -> str:
    clock.advance(timedelta(seconds=1))
    return addresses.preferences_url(she)


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
    assert "已停止，之后不会再发给您" in page.text
    assert "恢复接收" in page.text
    clock.advance(timedelta(seconds=1))
    client.post(path, data={"token": token, "channel": "webhook", "state": "granted"})
    assert allowed(database, she)
    told = the_log(database, "consent_changed")
    assert [(event.profile_id, event.properties["state"]) for event in told[-2:]] == [
        (she, "withdrawn"),
        (she, "granted"),
    ]


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
    path = addresses.preferences_url(second)
    token = token_in(client.get(path).text)
    client.post(path, data={"token": token, "channel": "webhook", "state": "withdrawn"})
    assert not allowed(database, first)


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
