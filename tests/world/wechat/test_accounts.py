"""Accounts of WeChat: tokens, fans, tags, codes, log-ins, and each kind of message with what allows it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from siyu.world.wechat.accounts import Limits
from tests.world.wechat.driving import MINI, SECRET, TEMPLATE, Accounts

INFO, CUSTOM, TEMPLATES = "/cgi-bin/user/info", "/cgi-bin/message/custom/send", "/cgi-bin/message/template/send"
SUBSCRIBED, CODE = "/cgi-bin/message/subscribe/send", "/cgi-bin/qrcode/create"
TEXT = {"msgtype": "text", "text": {"content": "您好"}}


def test_a_new_token_ends_the_one_before_after_a_moment(accounts: Accounts) -> None:
    openid = accounts.follow()
    assert "errcode" not in accounts.log_in()
    first = accounts.of(accounts.app_id)
    first.token = accounts.token
    accounts.log_in()
    assert accounts.token != first.token
    assert first.get(INFO, openid=openid)["subscribe"] == 1
    accounts.door("clock/advance", seconds=300)
    assert first.get(INFO, openid=openid)["errcode"] == 40001
    assert accounts.get(INFO, openid=openid)["subscribe"] == 1
    accounts.door("clock/advance", seconds=6900)
    assert accounts.get(INFO, openid=openid)["errcode"] == 42001


def test_a_stable_token_stays_until_its_end_or_by_force(accounts: Accounts) -> None:
    first = accounts.stable()
    assert accounts.stable() == first
    forced = accounts.stable(force_refresh=True)
    assert forced["access_token"] != first["access_token"]
    assert accounts.stable(force_refresh=True) == forced  # too soon
    accounts.log_in()
    assert accounts.stable() == forced  # the other kind is apart
    accounts.door("clock/advance", seconds=6900)
    late = accounts.stable()
    assert (late["access_token"] != forced["access_token"], late["expires_in"]) == (True, 7200)
    accounts.token = forced["access_token"]
    assert accounts.get("/cgi-bin/tags/get") == {"tags": []}


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"grant_type": "x"}, 40002),
        ({"appid": "wx-nobody"}, 40013),
        ({"secret": "wrong"}, 40001),
        ({"secret": ""}, 41004),
    ],
)
def test_refusals_of_tokens(accounts: Accounts, given: dict[str, str], errcode: int) -> None:
    assert accounts.log_in(**given)["errcode"] == errcode


def test_limits_addresses_and_bodies(make_accounts: Callable[..., Accounts]) -> None:
    accounts = make_accounts(Limits(tokens_per_day=2, calls_per_minute=2, body_bytes_max=100))
    codes = [accounts.log_in().get("errcode", 0) for _ in range(3)]
    assert codes == [0, 0, 45009]
    accounts.token = accounts.stable()["access_token"]
    assert [accounts.get("/cgi-bin/tags/get").get("errcode", 0) for _ in range(3)] == [0, 0, 45011]
    assert accounts.errcode(CUSTOM, touser="o" * 200) == 40206
    assert json.loads(accounts.ask("POST", CODE, {"access_token": accounts.token}, b"{").body)["errcode"] == 47001
    assert json.loads(accounts.ask("GET", INFO, {}).body)["errcode"] == 41001
    assert accounts.ask("GET", "/cgi-bin/nothing", {}).status == 404
    assert accounts.get(CUSTOM)["errcode"] == 40035
    accounts.platform.account(accounts.app_id).trusted_ips = {"192.0.2.7"}
    assert accounts.get("/cgi-bin/user/get")["errcode"] == 40164
    assert accounts.stable()["errcode"] == 40164


def test_faults_hold_here_too(accounts: Accounts) -> None:
    accounts.log_in()
    accounts.door("fault/add", kind="errcode", errcode=-1)
    accounts.door("fault/add", kind="status", skip=1, status=503)
    assert accounts.get("/cgi-bin/tags/get")["errcode"] == -1
    assert accounts.ask("GET", "/cgi-bin/tags/get", {}).status == 503
    accounts.door("fault/add", kind="revoke_token")
    assert accounts.get("/cgi-bin/tags/get")["errcode"] == 40001
    accounts.log_in()
    accounts.door("fault/add", kind="drop")
    body = json.dumps({"tag": {"name": "甲"}}).encode()
    asked = ("POST", "/cgi-bin/tags/create", {"access_token": accounts.token}, body)
    assert accounts.ask(*asked).is_dropped  # and never done
    assert accounts.get("/cgi-bin/tags/get") == {"tags": []}
    accounts.door("fault/clear")
    accounts.door("fault/add", kind="lose_answer")
    assert accounts.ask(*asked).is_dropped  # but done
    assert [tag["name"] for tag in accounts.get("/cgi-bin/tags/get")["tags"]] == ["甲"]
    accounts.door("fault/add", kind="delay", count=9)
    accounts.door("fault/clear")


def test_who_follows_by_a_code_is_told_with_its_scene(accounts: Accounts) -> None:
    scene = {"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "store-7"}}}
    made = accounts.post(CODE, **scene, expire_seconds=600)
    assert made["expire_seconds"] == 600
    openid = accounts.follow(ticket=made["ticket"])
    accounts.follow(ticket=made["ticket"])
    accounts.door("fan/unfollow", unionid="o-person")
    assert accounts.refused_door("fan/unfollow", unionid="o-person") == 43004
    told = [(event["Event"], event["EventKey"], event["FromUserName"]) for event in accounts.told()]
    assert told == [("subscribe", "qrscene_store-7", openid), ("SCAN", "store-7", openid), ("unsubscribe", "", openid)]
    assert accounts.get(INFO, openid=openid)["subscribe"] == 0
    accounts.door("clock/advance", seconds=600)
    assert accounts.refused_door("fan/follow", unionid="o-other", ticket=made["ticket"]) == 40035
    lasting = accounts.post(CODE, action_name="QR_LIMIT_SCENE", action_info={"scene": {"scene_id": 7}})
    assert "expire_seconds" not in lasting
    number = accounts.follow("o-other", ticket=lasting["ticket"])
    assert accounts.get(INFO, openid=number)["qr_scene"] == 7


@pytest.mark.parametrize(
    ("given", "errcode"),
    [
        ({"action_name": "QR"}, 40035),
        ({"action_name": "QR_LIMIT_SCENE", "action_info": {"scene": {"scene_id": 100_001}}}, 40058),
        ({"action_name": "QR_STR_SCENE", "action_info": {"scene": {"scene_str": "s" * 65}}}, 40058),
        ({"expire_seconds": 30 * 86400 + 1}, 40058),
        ({"action_info": {}}, 40063),
    ],
)
def test_refusals_of_codes(accounts: Accounts, given: dict[str, Any], errcode: int) -> None:
    asked = {"action_name": "QR_SCENE", "action_info": {"scene": {"scene_id": 1}}} | given
    assert accounts.errcode(CODE, **asked) == errcode
    assert accounts.of(MINI).errcode(CODE, **asked) == 48001


def test_one_person_has_another_openid_in_each_account_and_one_unionid(accounts: Accounts) -> None:
    openid = accounts.follow()
    assert accounts.of(MINI).follow() != openid
    assert accounts.get(INFO, openid=openid)["unionid"] == "o-person"
    assert accounts.get(INFO, openid="o-nobody")["errcode"] == 40003
    others = sorted(accounts.follow(f"o-{number}") for number in range(3))
    listed = accounts.get("/cgi-bin/user/get")
    assert (listed["total"], sorted(listed["data"]["openid"])) == (4, sorted([openid, *others]))
    rest = accounts.get("/cgi-bin/user/get", next_openid=listed["data"]["openid"][1])
    assert rest["data"]["openid"] == listed["data"]["openid"][2:]
    assert accounts.get("/cgi-bin/user/get", next_openid="o-nobody")["errcode"] == 40003
    asked = [{"openid": one} for one in others]
    batch = accounts.post("/cgi-bin/user/info/batchget", user_list=asked)["user_info_list"]
    assert [one["openid"] for one in batch] == others
    assert accounts.errcode("/cgi-bin/user/info/batchget", user_list=asked * 34) == 40032
    assert accounts.errcode("/cgi-bin/user/info/updateremark", openid=openid, remark="老客") == 0
    assert accounts.get(INFO, openid=openid)["remark"] == "老客"


def test_tags(make_accounts: Callable[..., Accounts]) -> None:
    accounts = make_accounts(Limits(tags_max=2, tags_per_fan_max=1))
    openid = accounts.follow()
    create, mark = "/cgi-bin/tags/create", "/cgi-bin/tags/members/batchtagging"
    one = accounts.post(create, tag={"name": "甲"})["tag"]["id"]
    assert accounts.errcode(create, tag={"name": "甲"}) == 45157
    assert accounts.errcode(create, tag={"name": "长" * 11}) == 45158
    two = accounts.post(create, tag={"name": "乙"})["tag"]["id"]
    assert accounts.errcode(create, tag={"name": "丙"}) == 45056
    assert accounts.errcode(mark, openid_list=[openid], tagid=one) == 0
    assert accounts.errcode(mark, openid_list=[openid], tagid=two) == 45059
    assert accounts.errcode(mark, openid_list=[openid], tagid=99) == 45159
    assert accounts.errcode(mark, openid_list=[f"o{n}" for n in range(51)], tagid=one) == 40032
    assert accounts.post("/cgi-bin/tags/getidlist", openid=openid)["tagid_list"] == [one]
    assert accounts.get("/cgi-bin/tags/get")["tags"][0] == {"id": one, "name": "甲", "count": 1}
    assert accounts.errcode("/cgi-bin/tags/update", tag={"id": one, "name": "新"}) == 0
    assert accounts.errcode("/cgi-bin/tags/update", tag={"id": 2, "name": "星标"}) == 45058
    assert accounts.errcode("/cgi-bin/tags/members/batchuntagging", openid_list=[openid], tagid=one) == 0
    assert accounts.post("/cgi-bin/tags/getidlist", openid=openid)["tagid_list"] == []
    accounts.post(mark, openid_list=[openid], tagid=one)
    assert accounts.errcode("/cgi-bin/tags/delete", tag={"id": one}) == 0
    assert accounts.get(INFO, openid=openid)["tagid_list"] == []


def test_answers_to_what_somebody_did(accounts: Accounts) -> None:
    given = {"touser": accounts.follow()} | TEXT
    assert [accounts.errcode(CUSTOM, **given) for _ in range(4)] == [0, 0, 0, 45047]
    accounts.door("clock/advance", seconds=60)
    assert accounts.errcode(CUSTOM, **given) == 45015
    for _ in range(2):
        accounts.door("fan/write", unionid="o-person", text="在吗")
    assert [accounts.errcode(CUSTOM, **given) for _ in range(6)] == [0] * 5 + [45047]
    accounts.door("clock/advance", seconds=48 * 3600)
    accounts.log_in()
    assert accounts.errcode(CUSTOM, **given) == 45015
    accounts.door("fan/write", unionid="o-person", text="在吗")
    accounts.door("fan/unfollow", unionid="o-person")
    assert accounts.errcode(CUSTOM, **given) == 45015
    assert accounts.refused_door("fan/write", unionid="o-person", text="?") == 43004
    texts = [event for event in accounts.told() if event["MsgType"] == "text"]
    assert len({event["MsgId"] for event in texts}) == 3
    assert accounts.errcode(CUSTOM, touser=given["touser"], msgtype="smoke") == 40008
    assert accounts.errcode(CUSTOM, touser=given["touser"], msgtype="text", text={}) == 44004


def test_templates_end_with_an_event(accounts: Accounts) -> None:
    given = {"touser": accounts.follow(), "template_id": TEMPLATE, "data": {"first": {"value": "您的茶好了"}}}
    sent = accounts.post(TEMPLATES, **given)
    accounts.door("fan/refuse-templates", unionid="o-person")
    accounts.post(TEMPLATES, **given)
    ends = [(event["MsgID"], event["Status"]) for event in accounts.told() if event["Event"] == "TEMPLATESENDJOBFINISH"]
    assert ends == [(str(sent["msgid"]), "success"), (str(sent["msgid"] + 1), "failed:user block")]
    assert [one["origin"] for one in accounts.door("fan/phone", unionid="o-person")["messages"]] == ["template"]
    assert accounts.errcode(TEMPLATES, **(given | {"template_id": "other"})) == 40037
    assert accounts.errcode(TEMPLATES, **(given | {"data": None})) == 47003
    accounts.door("fan/unfollow", unionid="o-person")
    assert accounts.errcode(TEMPLATES, **given) == 43004
    assert accounts.get("/cgi-bin/template/get_all_private_template")["template_list"][0]["template_id"] == TEMPLATE
    assert accounts.of(MINI).errcode(TEMPLATES, **given) == 48001


def test_one_consent_is_one_message(accounts: Accounts) -> None:
    mini = accounts.of(MINI)
    code = mini.door("fan/open-mini", unionid="o-person")["js_code"]
    openid = mini.free("/sns/jscode2session", js_code=code)["openid"]
    given = {
        "touser": openid,
        "template_id": TEMPLATE,
        "data": {"thing1": {"value": "取茶"}, "number2": {"value": "3"}},
    }
    assert mini.errcode(SUBSCRIBED, **given) == 43101
    mini.door("fan/consent", unionid="o-person", template_id=TEMPLATE)
    assert mini.errcode(SUBSCRIBED, **(given | {"data": {"thing1": {"value": "长" * 21}}})) == 47003
    assert mini.errcode(SUBSCRIBED, **(given | {"data": {"number2": {"value": "三"}}})) == 47003
    assert mini.post(SUBSCRIBED, **given)["msgid"]
    assert mini.errcode(SUBSCRIBED, **given) == 43101
    assert mini.refused_door("fan/consent", unionid="o-person", template_id="other") == 40037
    assert mini.get("/wxaapi/newtmpl/gettemplate")["data"][0]["priTmplId"] == TEMPLATE


def test_codes_of_mini_programs_and_pages_are_good_once(make_accounts: Callable[..., Accounts]) -> None:
    accounts = make_accounts(Limits(logins_per_minute=2))
    mini = accounts.of(MINI)

    def log_in(path: str = "/sns/jscode2session", seconds: int = 0) -> int:
        code = mini.door("fan/open-mini", unionid="o-person")["js_code"]
        accounts.door("clock/advance", seconds=seconds)
        first = mini.free(path, js_code=code, code=code)
        again = mini.free(path, js_code=code, code=code)
        assert again["errcode"] in (40163, 40029)
        return int(first.get("errcode", 0))

    assert [log_in(), log_in(), log_in()] == [0, 0, 45011]
    assert log_in(seconds=300) == 40029
    assert log_in("/sns/oauth2/access_token") == 40029
    assert mini.free("/sns/jscode2session", js_code="x", secret="wrong")["errcode"] == 40001


def test_who_opened_a_page(accounts: Accounts) -> None:
    def open_page(scope: str) -> dict[str, Any]:
        given = {"redirect_uri": "https://siyu.example/h5?a=1", "scope": scope, "state": "s"}
        location = accounts.door("fan/open-page", unionid="o-person", **given)["location"]
        query = parse_qs(urlsplit(location).query)
        assert (query["a"], query["state"]) == (["1"], ["s"])
        return accounts.free("/sns/oauth2/access_token", code=query["code"][0], grant_type="authorization_code")

    base, info = open_page("snsapi_base"), open_page("snsapi_userinfo")
    assert base["openid"] == info["openid"]
    assert ("unionid" in base, info["unionid"]) == (False, "o-person")
    asked = {"openid": info["openid"], "access_token": info["access_token"]}
    assert accounts.free("/sns/userinfo", **asked)["unionid"] == "o-person"
    assert accounts.free("/sns/userinfo", **(asked | {"access_token": base["access_token"]}))["errcode"] == 48001
    assert accounts.free("/sns/userinfo", **(asked | {"access_token": "made up"}))["errcode"] == 40001
    assert accounts.free("/sns/userinfo", **(asked | {"openid": "o-nobody"}))["errcode"] == 40003
    accounts.door("clock/advance", seconds=7200)
    assert accounts.free("/sns/userinfo", **asked)["errcode"] == 42001


def test_links_and_codes_of_mini_programs(accounts: Accounts) -> None:
    mini = accounts.of(MINI)
    jump = {"path": "pages/cart", "query": "a=1"}
    assert mini.post("/wxa/generatescheme", jump_wxa=jump)["openlink"].startswith("weixin://dl/business/")
    assert mini.post("/wxa/generate_urllink", **jump)["url_link"].startswith("https://")
    assert mini.errcode("/wxa/generate_urllink", query="q" * 1025) == 40058
    assert accounts.errcode("/wxa/generatescheme", jump_wxa=jump) == 48001
    mini.log_in()
    answer = mini.ask("POST", "/wxa/getwxacodeunlimit", {"access_token": mini.token}, b'{"scene": "s=1"}')
    assert (answer.content_type, answer.body[:4]) == ("image/png", b"\x89PNG")
    assert mini.errcode("/wxa/getwxacodeunlimit", scene="s" * 33) == 40035
    assert accounts.get("/cgi-bin/ticket/getticket", type="jsapi")["ticket"]
    assert accounts.get("/cgi-bin/ticket/getticket", type="other")["errcode"] == 40035
    assert SECRET not in json.dumps(accounts.get("/cgi-bin/ticket/getticket", type="jsapi"))
