"""Short links: where they lead, and what counts as a click."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.messages import reading as messages_reading
from siyu.engines.reach import deliver_once
from siyu.kernel.clock import ManualClock
from siyu.kernel.events import Event
from siyu.platform.postgres.database import Database
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import ask, reach_by
from tests.engines.scenery import send, some_customers, the_log

URL = "https://shop.example/春?from=siyu#top"
QUOTED = "https://shop.example/%E6%98%A5?from=siyu#top"


@pytest.fixture
def sent(database: Database) -> int:
    """A message that was sent with a link; gives its customer."""
    (she,) = some_customers(database, 1)
    reach = reach_by(FakeChannel())
    ask(database, reach, [she], send(link_url=URL))
    assert deliver_once(database, reach) == 1
    return she


@pytest.fixture
def link(sent: int, addresses: SignedAddresses) -> str:
    assert sent
    return addresses.link_url(1, 1)


def clicks(database: Database) -> list[Event]:
    return the_log(database, "message_clicked")


def test_it_leads_on_and_is_told(
    client: TestClient, database: Database, clock: ManualClock, sent: int, link: str
) -> None:
    answer = client.get(link)
    assert (answer.status_code, answer.headers["location"]) == (302, QUOTED)
    assert answer.headers["cache-control"] == "no-store"
    (click,) = clicks(database)
    assert (click.profile_id, click.occurred_at) == (sent, clock.now())
    assert {name: click.properties[name] for name in ("message_id", "definition_id", "link_id", "clicks")} == {
        "message_id": 1,
        "definition_id": 2,
        "link_id": 1,
        "clicks": 1,
    }
    with database.read() as reading:
        message = messages_reading.find_message(reading, 1)
        assert messages_reading.numbers(reading, [2])[2].clicked == 1
    assert message is not None
    assert message.clicked_at == clock.now()


def test_one_click_a_second_counts(client: TestClient, database: Database, clock: ManualClock, link: str) -> None:
    first_at = clock.now()
    for _ in range(3):
        assert client.get(link).status_code == 302
    clock.advance(timedelta(seconds=1))
    client.get(link)
    assert [click.properties["clicks"] for click in clicks(database)] == [1, 2]
    assert len({click.event_id for click in clicks(database)}) == 2
    with database.read() as reading:
        message = messages_reading.find_message(reading, 1)
    assert message is not None
    assert message.clicked_at == first_at


@pytest.mark.parametrize(
    "headers",
    [
        {"Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"X-Moz": "prefetch"},
        {"X-Purpose": "preview"},
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; bingbot/2.0)"},
        {"User-Agent": "curl/8.5.0"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "Baiduspider+(+http://www.baidu.com/search/spider.htm)"},
    ],
)
def test_machines_are_sent_on_and_not_counted(
    client: TestClient, database: Database, link: str, headers: dict[str, str]
) -> None:
    answer = client.get(link, headers=headers)
    assert (answer.status_code, answer.headers["location"]) == (302, QUOTED)
    assert clicks(database) == []


@pytest.mark.parametrize("agent", ["Mozilla/5.0 (Linux; Android 12; CUBOT_X50) Chrome/120", "", "Talkabout/1"])
def test_people_are_counted(client: TestClient, database: Database, link: str, agent: str) -> None:
    client.get(link, headers={"User-Agent": agent})
    assert len(clicks(database)) == 1


def test_looking_only_is_no_click(client: TestClient, database: Database, link: str) -> None:
    answer = client.head(link)
    assert (answer.status_code, answer.headers["location"]) == (302, QUOTED)
    assert clicks(database) == []


@pytest.mark.parametrize("code", ["x", "0", "%00", "春", "a" * 500, "..%2f..%2fetc"])
def test_a_code_that_was_never_made(client: TestClient, code: str) -> None:
    answer = client.get(f"/l/{code}")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith(("text/html", "application/json"))


def test_a_forged_code_leads_nowhere_and_is_friendly(client: TestClient, database: Database, link: str) -> None:
    for code in (link[:-1] + ("1" if link[-1] != "1" else "2"), link + "a", link.swapcase().replace("/L/", "/l/")):
        answer = client.get(code)
        assert answer.status_code == 404
        assert "这个链接打不开了" in answer.text
        assert "晨曦茶饮" in answer.text
    assert clicks(database) == []
    english = client.get("/l/nothing", headers={"Accept-Language": "fr;q=0.9, en-GB;q=0.8"})
    assert "This link leads nowhere" in english.text


def test_a_link_or_a_message_that_is_not_there(
    client: TestClient, database: Database, addresses: SignedAddresses, sent: int
) -> None:
    assert sent
    assert client.get(addresses.link_url(99, 1)).status_code == 404
    assert client.get(addresses.link_url(1, 99)).status_code == 302
    assert clicks(database) == []


def test_a_click_that_cannot_be_written_down_still_leads_on(client: TestClient, database: Database, link: str) -> None:
    with database.begin() as work:
        work.driver.execute("DROP TABLE messages.clicks")
    assert client.get(link).status_code == 302
    assert clicks(database) == []
