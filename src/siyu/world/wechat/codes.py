"""QR codes with scenes, tickets of pages, links and codes of mini programs."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from siyu.world.wechat.accounts import AccountKind
from siyu.world.wechat.calls import OK, AccountCall
from siyu.world.wechat.logins import Scene
from siyu.world.wecom.calls import File, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

SECONDS_DEFAULT, SECONDS_MAX = 60, 30 * 86400
SCENE_CHARACTERS_MAX = 64
LASTING_NUMBER_MAX = 100_000
MINI_SCENE_CHARACTERS_MAX = 32
QUERY_CHARACTERS_MAX = 1024
TICKET_SECONDS = 7200
TEMPORARY = ("QR_SCENE", "QR_STR_SCENE")
LASTING = ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")
ONE_PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def create_code(call: AccountCall) -> Reply:
    call.require(AccountKind.OFFICIAL)
    key = ("codes", call.account.app_id)
    call.platform.meter.count(key, [(Window.DAY, call.platform.limits.codes_per_day)], call.now)
    action = call.body.text("action_name")
    scene = call.body.part("action_info", missing=40063).part("scene", missing=40063)
    if action not in (*TEMPORARY, *LASTING):
        raise RefusedError(40035)
    if action.endswith("STR_SCENE"):
        text = scene.text("scene_str", characters_max=SCENE_CHARACTERS_MAX)
    else:
        most = LASTING_NUMBER_MAX if action in LASTING else 2**32 - 1
        text = str(scene.whole("scene_id", least=1, most=most))
    ticket = call.platform.new_key("gQ", 60)
    told: dict[str, str | int] = {"ticket": ticket, "url": f"http://weixin.qq.com/q/{ticket[2:24]}"}
    until = None
    if action in TEMPORARY:
        seconds = call.body.whole("expire_seconds", SECONDS_DEFAULT, least=1, most=SECONDS_MAX)
        until = call.now + timedelta(seconds=seconds)
        told["expire_seconds"] = seconds
    call.logins.scenes[ticket] = Scene(call.account.app_id, text, until)
    return told


def get_ticket(call: AccountCall) -> Reply:
    if call.query.text("type", missing=40035) not in ("jsapi", "wx_card"):
        raise RefusedError(40035)
    period = call.now_seconds // TICKET_SECONDS
    ticket = f"{call.account.app_id}-ticket-{period}"
    return OK | {"ticket": ticket, "expires_in": TICKET_SECONDS - call.now_seconds % TICKET_SECONDS}


def make_scheme(call: AccountCall) -> Reply:
    call.require(AccountKind.MINI)
    jump = call.body.part("jump_wxa")
    path, query = jump.text("path", missing=None), jump.text("query", missing=None, characters_max=QUERY_CHARACTERS_MAX)
    key = call.platform.new_key("", 16)
    return OK | {"openlink": f"weixin://dl/business/?t={key}&path={quote(path)}&query={quote(query)}"}


def make_link(call: AccountCall) -> Reply:
    call.require(AccountKind.MINI)
    path, query = call.body.text("path", missing=None), call.body.text("query", missing=None, characters_max=1024)
    key = call.platform.new_key("", 16)
    return OK | {"url_link": f"https://wxaurl.cn/{key}?path={quote(path)}&query={quote(query)}"}


def make_mini_code(call: AccountCall) -> File:
    call.require(AccountKind.MINI)
    call.body.text("scene", missing=40035, characters_max=MINI_SCENE_CHARACTERS_MAX, too_long=40035)
    return File(ONE_PIXEL, "image/png", "")
