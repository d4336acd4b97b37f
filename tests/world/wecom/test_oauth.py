"""Logging in by WeCom, and tickets for pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from siyu.world.wecom.rules import Rules
from siyu.world.wecom.tickets import page_signature
from tests.world.wecom.driving import AGENT_ID, OTHER_SECRET, Api

WHO, FORMERLY, DETAIL = "auth/getuserinfo", "user/getuserinfo", "auth/getuserdetail"
PAGE = "https://siyu.example/login?a=1"


def code_for(api: Api, **given: object) -> str:
    location = str(api.door("page/open", agentid=AGENT_ID, redirect_uri=PAGE, state="s1", **given)["location"])
    query = parse_qs(urlsplit(location).query)
    assert (query["a"], query["state"]) == (["1"], ["s1"])
    return query["code"][0]


def test_a_code_tells_once_who_it_is(api: Api) -> None:
    code = code_for(api, userid="staff0001")
    assert api.get(WHO, code=code)["userid"] == "staff0001"
    assert api.errcode("GET", WHO, code=code) == 40029
    assert api.get(FORMERLY, code=code_for(api, userid="staff0001"))["UserId"] == "staff0001"


def test_a_code_dies_after_five_minutes_and_belongs_to_its_app(api: Api) -> None:
    code = code_for(api, userid="staff0001")
    assert api.of(OTHER_SECRET).errcode("GET", WHO, code=code) == 40029
    api.pass_time(seconds=301)
    assert api.errcode("GET", WHO, code=code) == 40029
    assert api.errcode("GET", WHO) == 41008


def test_customers_have_an_openid_and_an_id_where_they_are_known(api: Api) -> None:
    stranger, known = api.newcomer(), api.customers("staff0001")[0]
    assert "external_userid" not in api.get(WHO, code=code_for(api, external_userid=stranger))
    reply = api.get(WHO, code=code_for(api, external_userid=known))
    assert reply["external_userid"] == known
    assert reply["openid"] == api.post("externalcontact/convert_to_openid", external_userid=known)["openid"]


def test_what_a_member_agreed_to_show(api: Api) -> None:
    ticket = api.get(WHO, code=code_for(api, userid="staff0001", scope="snsapi_privateinfo"))["user_ticket"]
    assert api.post(DETAIL, user_ticket=ticket)["mobile"] == "19900000001"
    assert api.of(OTHER_SECRET).errcode("POST", DETAIL, user_ticket=ticket) == 40035
    api.pass_time(seconds=1801)
    assert api.errcode("POST", DETAIL, user_ticket=ticket) == 40035


def test_a_page_stands_on_a_trusted_domain(api: Api) -> None:
    given = {"agentid": AGENT_ID, "userid": "staff0001"}
    assert api.refused_door("page/open", **given, redirect_uri="https://elsewhere.example/") == 50001
    assert api.refused_door("page/open", **given, redirect_uri=PAGE, state="s" * 129) == 40035
    assert api.refused_door("page/open", **(given | {"agentid": 5}), redirect_uri=PAGE) == 40056


def test_tickets_last_two_hours_and_are_those_of_the_app(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(token_seconds=10**6))
    ticket = api.get("get_jsapi_ticket")["ticket"]
    assert api.of(OTHER_SECRET).get("get_jsapi_ticket")["ticket"] == ticket
    agent = api.get("ticket/get", type="agent_config")["ticket"]
    assert api.of(OTHER_SECRET).get("ticket/get", type="agent_config")["ticket"] != agent
    assert api.errcode("GET", "ticket/get", type="wx_card") == 91040
    api.pass_time(hours=2)
    assert api.get("get_jsapi_ticket")["ticket"] != ticket


def test_tickets_have_limits_of_corp_and_app(make_api: Callable[..., Api]) -> None:
    api = make_api(Rules(ticket_calls_per_hour=(3, 2)))
    other = api.of(OTHER_SECRET)
    assert [api.errcode("GET", "get_jsapi_ticket") for _ in range(3)] == [0, 0, 45009]
    assert other.errcode("GET", "get_jsapi_ticket") == 45009  # the corp's three are gone


def test_the_published_signature() -> None:
    ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
    page = "http://mp.weixin.qq.com?params=value"
    signed = page_signature(ticket, "Wm3WZYTPz0wzccnW", 1414587457, page)
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
