"""The page on which customers answer a form."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx2
import pytest
from fastapi.testclient import TestClient

from siyu.domain.content.contracts import SignedAddresses
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.entries import service
from siyu.engines.reach import deliver_once
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.faces.h5 import forms as pages
from siyu.faces.h5.forms_tokens import COOKIE
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.domain.entries.forms import AGREE, GOALS, LEVEL, SHOP, SURVEY, a_form, form_of, question
from tests.engines.reach.fake_channel import FakeChannel
from tests.engines.reach.reaching import ask, reach_by
from tests.engines.scenery import SIYU, send, some_customers, the_log

PAGE_BYTES_MAX = 40 * 1024
FULL = {"q-level": "some", "q-goals": ["sell", "brew"], "q-shop": "小茶馆", "q-phone": "13800138000", "q-agree": "yes"}
EVERY_KIND = form_of(
    LEVEL,
    GOALS,
    SHOP,
    AGREE,
    *(question(kind, kind) for kind in ("long_text", "number", "date", "email", "rating", "nps")),
    question("city", "city", suggestions=["上海", "北京"]),
    intro="三分钟\n就好",
    next_url="https://chenxi.example/camp",
    next_label="进群",
    thanks="我们会联系您",
)


def token_in(text: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', text)
    assert found
    return found[1]


def fill(client: TestClient, path: str, answers: Mapping[str, Any] | None = None, **more: str) -> httpx2.Response:
    """Opens the page and sends it."""
    shown = client.get(path)
    return client.post(path, data={"token": token_in(shown.text), **(FULL if answers is None else answers), **more})


def answers_of(database: Database, form_id: int) -> list[dict[str, Any]]:
    with database.read() as reading:
        return [dict(row.values) for row in service.list_answers(reading, SIYU, form_id, PageRequest()).rows]


def test_every_kind_of_question_is_asked_with_a_label_of_its_own(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    shown = client.get(addresses.form_url(a_form(database, EVERY_KIND)))
    assert shown.status_code == 200
    assert len(shown.content) < PAGE_BYTES_MAX
    for words in ("报名调查", "三分钟\n就好", "零基础", "最多选 2 项", "如果上面选了「开店」", "非常愿意推荐", "必填"):
        assert words in shown.text
    fields = set(re.findall(r'<(?:input|textarea) class="line" id="(q-\w+)"', shown.text))
    assert fields == {"q-shop", "q-long_text", "q-number", "q-date", "q-email", "q-city"}
    assert fields <= set(re.findall(r'<label class="ask" for="(q-\w+)"', shown.text))
    assert shown.headers["cache-control"] == "no-store"
    assert "Sent" not in shown.text
    assert "required" in client.get(addresses.form_url(1) + "?lang=en").text


def test_the_script_comes_from_here_and_the_page_has_none_of_its_own(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    text = client.get(addresses.form_url(a_form(database))).text
    assert re.findall(r"<script[^>]*>", text) == [f'<script src="{pages.SCRIPT_PATH}" defer>']
    script = client.get(pages.SCRIPT_PATH)
    assert (script.status_code, script.headers["content-type"]) == (200, "text/javascript; charset=utf-8")


def test_an_answer_is_taken_and_thanked_for(client: TestClient, database: Database, addresses: SignedAddresses) -> None:
    form_id = a_form(database, {**EVERY_KIND, "answering": "many"})
    path = addresses.form_url(form_id)
    more = {
        "q-long_text": "一\r\n二",
        "q-number": "１２",
        "q-date": "2000-02-29",
        "q-email": "A@b.cn",
        "q-rating": "5",
        "q-nps": "0",
    }
    answer = fill(client, path, FULL, **more)
    assert answer.status_code == 303
    thanks = client.get(answer.headers["location"]).text
    for words in ("提交成功", "我们会联系您", 'href="https://chenxi.example/camp"', "进群"):
        assert words in thanks
    assert answers_of(database, form_id) == [
        {
            **{"level": "some", "goals": ["brew", "sell"], "shop": "小茶馆", "agree": True, "long_text": "一\n二"},
            **{"number": 12, "date": "2000-02-29", "email": "a***@b.cn", "rating": 5, "nps": 0},
        }
    ]  # fmt: skip


def test_what_is_wrong_is_said_where_it_is_and_nothing_is_lost(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    form_id = a_form(database)
    wrong = {"q-goals": ["sell"], "q-phone": "12345", "q-shop": "<b>茶馆</b>"}
    answer = fill(client, addresses.form_url(form_id), wrong)
    assert answer.status_code == 422
    assert re.findall(r'class="fault" id="(q-\w+)-fault">([^<]+)<', answer.text) == [
        ("q-level", "请填写这一题。"),
        ("q-phone", "这个手机号好像不对，请检查。"),
    ]
    assert 'value="sell" checked' in answer.text
    assert "&lt;b&gt;茶馆&lt;/b&gt;" in answer.text
    assert "<b>" not in answer.text
    assert the_log(database, "form_answered") == []


def test_a_hidden_question_is_neither_asked_for_nor_kept(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    form_id = a_form(database)
    fill(client, addresses.form_url(form_id), {"q-level": "none", "q-goals": ["brew"], "q-shop": "不该留下"})
    assert answers_of(database, form_id) == [{"level": "none", "goals": ["brew"]}]


def test_a_double_click_is_one_answer_and_coming_back_says_so(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    form_id = a_form(database)
    path = addresses.form_url(form_id)
    sent = {"token": token_in(client.get(path).text), **FULL}
    assert [client.post(path, data=sent).status_code for _ in range(3)] == [303, 303, 303]
    assert len(the_log(database, "form_answered")) == 1
    assert len(the_log(database, "form_opened")) == 1
    assert "您已经填写过了" in client.get(path).text


def test_who_comes_back_is_the_same_and_another_browser_another(
    client: TestClient, context: ApiContext, database: Database, addresses: SignedAddresses
) -> None:
    path = addresses.form_url(a_form(database, form_of(LEVEL, may_change=True)))
    first = client.get(path)
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    fill(client, path, {"q-level": "some"})
    assert "再次提交会以新的为准" in client.get(path).text
    assert "done=changed" in fill(client, path, {"q-level": "none"}).headers["location"]
    with TestClient(create_app(context), follow_redirects=False, headers=dict(client.headers)) as other:
        other.cookies.set(COOKIE, "forged")
        assert "done=thanks" in fill(other, path, {"q-level": "none"}).headers["location"]
    assert len({event.profile_id for event in the_log(database, "form_answered")}) == 2


def test_a_browser_without_cookies_answers_too(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    path = addresses.form_url(a_form(database))
    token = token_in(client.get(path).text)
    client.cookies.clear()
    assert client.post(path, data={"token": token, **FULL}).status_code == 303
    (opened,), (answered,) = the_log(database, "form_opened"), the_log(database, "form_answered")
    assert opened.profile_id == answered.profile_id


@pytest.mark.parametrize("token", ["", "forged"])
def test_without_the_pages_token_nothing_is_taken(
    client: TestClient, database: Database, addresses: SignedAddresses, token: str
) -> None:
    path = addresses.form_url(a_form(database))
    answer = client.post(path, data={"token": token, **FULL})
    assert (answer.status_code, "请检查后再提交一次" in answer.text) == (422, True)
    assert "小茶馆" in answer.text
    assert client.post(path, data={"token": token_in(answer.text), **FULL}).status_code == 303


def test_a_page_of_another_form_or_an_old_one_or_from_elsewhere_is_asked_for_again(
    client: TestClient, database: Database, addresses: SignedAddresses, clock: ManualClock
) -> None:
    path, other = addresses.form_url(a_form(database)), addresses.form_url(a_form(database))
    token = token_in(client.get(other).text)
    assert client.post(path, data={"token": token, **FULL}).status_code == 422
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(other, data={"token": token, **FULL}, headers=elsewhere).status_code == 422
    clock.advance(timedelta(hours=73))
    assert client.post(other, data={"token": token, **FULL}).status_code == 422
    assert the_log(database, "form_answered") == []


def test_a_personal_link_says_for_sure_who_it_is(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    form_id = a_form(database, {**SURVEY, "who": "personal"})
    (she,) = some_customers(database, 1)
    assert "请用您自己的链接打开" in client.get(addresses.form_url(form_id)).text
    path = addresses.personal_form_url(form_id, she)
    answer = fill(client, path)
    assert answer.status_code == 303
    assert "set-cookie" not in answer.headers
    assert [event.profile_id for event in the_log(database, "form_opened", "form_answered")] == [she, she]
    with database.begin() as work:
        customers.lock_erasing(work, SIYU)
        customers.forget_profiles(work, SIYU, [she])
    assert client.get(path).status_code == 404


def test_a_message_that_leads_to_a_form_leads_to_it_by_a_personal_link(
    context: ApiContext, database: Database, addresses: SignedAddresses
) -> None:
    public = replace(context, settings=replace(context.settings, public_url="https://siyu.example"))
    outside = SignedAddresses("https://siyu.example", context.secret_key)
    form_id = a_form(database)
    (she,) = some_customers(database, 1)
    reach = reach_by(FakeChannel())
    ask(database, reach, [she], send(link_url=outside.form_url(form_id)))
    assert deliver_once(database, reach) == 1
    with TestClient(create_app(public), follow_redirects=False) as client:
        answer = client.get(addresses.link_url(1, 1))
    assert answer.headers["location"] == outside.personal_form_url(form_id, she)


def test_closed_full_stopped_and_unknown_forms_say_so(
    client: TestClient, database: Database, addresses: SignedAddresses, clock: ManualClock
) -> None:
    soon = (clock.now() + timedelta(days=1)).isoformat()
    past = (clock.now() - timedelta(days=1)).isoformat()
    early, late = a_form(database, form_of(LEVEL, opens_at=soon)), a_form(database, form_of(LEVEL, closes_at=past))
    full, stopped = a_form(database, form_of(LEVEL, answers_max=1)), a_form(database)
    token = token_in(client.get(addresses.form_url(stopped)).text)
    fill(client, addresses.form_url(full), {"q-level": "some"})
    with database.begin() as work:
        service.stop_form(work, SIYU, stopped)
        draft = service.create_form(work, SIYU, "草稿", SURVEY).form_id
    for form_id, words in (
        (early, "2026-06-02 12:00"),
        (late, "填写已结束"),
        (full, "名额已满"),
        (stopped, "暂停填写"),
    ):
        assert words in client.get(addresses.form_url(form_id)).text
    refused = client.post(addresses.form_url(stopped), data={"token": token, **FULL})
    assert (refused.status_code, "暂停填写" in refused.text) == (409, True)
    for path in (addresses.form_url(draft), addresses.form_url(999), "/h5/forms/x", addresses.link_url(1, 1)):
        assert client.get(path.replace("/l/", "/h5/forms/")).status_code == 404


def test_who_answered_may_change_it_though_the_form_is_full(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    path = addresses.form_url(a_form(database, form_of(LEVEL, answers_max=1, may_change=True)))
    fill(client, path, {"q-level": "some"})
    assert fill(client, path, {"q-level": "none"}).headers["location"].endswith("done=changed")
    client.cookies.clear()
    before = len(the_log(database, "profile_created"))
    assert "名额已满" in client.get(path).text
    assert len(the_log(database, "profile_created")) == before
    assert len(the_log(database, "form_opened")) == 1


def test_who_only_looks_is_told_of_nowhere(client: TestClient, database: Database, addresses: SignedAddresses) -> None:
    path = addresses.form_url(a_form(database))
    assert client.get(path, headers={"User-Agent": "curl/8"}).status_code == 200
    assert client.get(path, headers={"Sec-Purpose": "prefetch"}).status_code == 200
    assert the_log(database, "form_opened", "profile_created") == []


def test_an_address_that_opens_without_end_is_told_to_wait(
    client: TestClient,
    database: Database,
    addresses: SignedAddresses,
    monkeypatch: pytest.MonkeyPatch,
    clock: ManualClock,
) -> None:
    monkeypatch.setattr(pages, "OPENINGS_PER_MINUTE_MAX", 2)
    path = addresses.form_url(a_form(database))
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]
    clock.advance(timedelta(minutes=1))
    assert client.get(path).status_code == 200


def test_a_strangers_phone_joins_nobody_through_the_page(
    client: TestClient, database: Database, addresses: SignedAddresses
) -> None:
    with database.begin() as work:
        customers.resolve(work, SIYU, {(Identity("phone", "13800138000"),): work.clock.now()})
    fill(client, addresses.form_url(a_form(database)))
    assert the_log(database, "customers_merged") == []
