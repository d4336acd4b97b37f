"""What else is done as an account: codes with scenes, menus, templates, followers, links into mini programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from siyu.channels.wechat.client import WechatAccount, WechatRefusedError
from siyu.kernel.errors import InvalidError
from siyu.platform.http import RefusedUrlError, checked_url

SCENE_LENGTH_MAX: Final = 64
CODE_SECONDS_MAX: Final = 30 * 86_400
LASTING_CODES_MAX: Final = 100_000
FOLLOWERS_AT_ONCE: Final = 100
NO_MENU: Final = 46003
BUTTONS_MAX, BELOW_MAX = 3, 5
NAME_BYTES_MAX, NAME_BELOW_BYTES_MAX = 16, 60
REPLY_LENGTH_MAX: Final = 600


@dataclass(frozen=True, slots=True)
class MadeCode:
    """A code: its picture is at WeChat under its ticket, `url` is what is in it."""

    ticket: str
    url: str
    expires_at: datetime | None


def make_code(account: WechatAccount, scene: str, lifetime: timedelta | None, now: datetime) -> MadeCode:
    """A code that lasts so long, or for ever; InvalidError for a scene that WeChat would not take."""
    if not 1 <= len(scene) <= SCENE_LENGTH_MAX or not scene.isprintable():
        raise InvalidError(f"A scene has 1 to {SCENE_LENGTH_MAX} characters.", field="scene")
    body: dict[str, Any] = {"action_info": {"scene": {"scene_str": scene}}, "action_name": "QR_LIMIT_STR_SCENE"}
    if lifetime is not None:
        seconds = int(lifetime.total_seconds())
        if not 60 <= seconds <= CODE_SECONDS_MAX:
            raise InvalidError("A code lasts from a minute to thirty days, or for ever.", field="seconds")
        body |= {"action_name": "QR_STR_SCENE", "expire_seconds": seconds}
    told = account.call("/cgi-bin/qrcode/create", body)
    ends_at = None if lifetime is None else now + timedelta(seconds=int(told.get("expire_seconds", 0)))
    return MadeCode(str(told["ticket"]), str(told["url"]), ends_at)


def list_templates(account: WechatAccount) -> list[tuple[str, str, str]]:
    """(id, title, text with its places) of an Official Account."""
    rows = account.call("/cgi-bin/template/get_all_private_template").get("template_list", [])
    return [(str(row["template_id"]), str(row.get("title", "")), str(row.get("content", ""))) for row in rows]


def list_subscriptions(account: WechatAccount) -> list[tuple[str, str, str]]:
    """(id, title, text with its places) of a mini program."""
    rows = account.call("/wxaapi/newtmpl/gettemplate").get("data", [])
    return [(str(row["priTmplId"]), str(row.get("title", "")), str(row.get("content", ""))) for row in rows]


def make_url_link(account: WechatAccount, path: str, query: str) -> str:
    """An address that opens a mini program from anywhere."""
    return str(account.call("/wxa/generate_urllink", {"path": path, "query": query})["url_link"])


@dataclass(frozen=True, slots=True)
class Follower:
    """Somebody as an account tells of them."""

    openid: str
    unionid: str
    is_following: bool
    followed_at: datetime | None
    scene: str


def followers(account: WechatAccount) -> Iterator[Sequence[str]]:
    """The openids of all followers, some thousands at a time."""
    after = ""
    while True:
        told = account.call("/cgi-bin/user/get", query={"next_openid": after} if after else None)
        openids = [str(each) for each in (told.get("data") or {}).get("openid", [])]
        if openids:
            yield openids
        after = str(told.get("next_openid") or "")
        if not openids or not after:
            return


def look_at(account: WechatAccount, openids: Sequence[str]) -> list[Follower]:
    """Who these are, at most a hundred."""
    asked = [{"openid": openid, "lang": "zh_CN"} for openid in openids]
    rows = account.call("/cgi-bin/user/info/batchget", {"user_list": asked})["user_info_list"]
    return [
        Follower(
            str(row["openid"]),
            str(row.get("unionid") or ""),
            bool(row.get("subscribe")),
            datetime.fromtimestamp(row["subscribe_time"], UTC) if row.get("subscribe_time") else None,
            str(row.get("qr_scene_str") or row.get("qr_scene") or ""),
        )
        for row in rows
    ]


def publish_menu(account: WechatAccount, document: Mapping[str, Any]) -> None:
    """Puts a menu in force; without any button there is none."""
    buttons = checked_menu(document)
    if buttons:
        account.call("/cgi-bin/menu/create", {"button": [_told(each) for each in buttons]})
    else:
        account.call("/cgi-bin/menu/delete")


def read_menu(account: WechatAccount) -> list[dict[str, Any]]:
    """The menu that is in force there."""
    try:
        menu = account.call("/cgi-bin/menu/get").get("menu", {})
    except WechatRefusedError as error:
        if error.errcode == NO_MENU:
            return []
        raise
    return [_read(each) for each in menu.get("button", [])]


def checked_menu(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The buttons of a menu: {name, and either `buttons` below it, or `kind` with what it does}. Kinds: `view` {url}, `click` {key,
    reply}, `miniprogram` {appid, page, url}. InvalidError for what WeChat would refuse."""
    buttons = document.get("buttons", [])
    if len(buttons) > BUTTONS_MAX:
        raise InvalidError(f"At most {BUTTONS_MAX} buttons.", field="buttons")
    return [_checked(each, NAME_BYTES_MAX, is_top=True) for each in buttons]


def reply_of(document: Mapping[str, Any], key: str) -> str:
    """What is answered to who chooses this in the menu."""
    every = [each for top in document.get("buttons", []) for each in (top, *top.get("buttons", []))]
    return next((str(each.get("reply") or "") for each in every if each.get("key") == key), "")


def _checked(button: Mapping[str, Any], name_bytes_max: int, *, is_top: bool) -> dict[str, Any]:
    name = str(button.get("name", "")).strip()
    if not name or len(name.encode()) > name_bytes_max:
        raise InvalidError(f"A name has 1 to {name_bytes_max} bytes: a Chinese character is three.", field="name")
    below = button.get("buttons") or []
    if below:
        if not is_top or len(below) > BELOW_MAX:
            raise InvalidError(f"At most {BELOW_MAX} buttons below one, and none below those.", field="buttons")
        return {"name": name, "buttons": [_checked(each, NAME_BELOW_BYTES_MAX, is_top=False) for each in below]}
    kind = button.get("kind")
    found: dict[str, Any] = {"name": name, "kind": kind}
    if kind == "click":
        found |= {"key": str(button.get("key") or "")[:128], "reply": str(button.get("reply") or "")[:REPLY_LENGTH_MAX]}
        if not found["key"]:
            raise InvalidError("A button that is clicked has a key.", field="key")
        return found
    if kind not in ("view", "miniprogram"):
        raise InvalidError("A button opens an address or a mini program, or is clicked.", field="kind")
    try:
        found["url"] = checked_url(str(button.get("url") or ""))
    except RefusedUrlError as error:
        raise InvalidError(error.message, field="url") from error
    if kind == "miniprogram":
        found |= {"appid": str(button.get("appid") or ""), "page": str(button.get("page") or "")}
        if not found["appid"] or not found["page"]:
            raise InvalidError("A mini program has an appid and a page.", field="appid")
    return found


def _told(button: Mapping[str, Any]) -> dict[str, Any]:
    """A button in WeChat's words."""
    if "buttons" in button:
        return {"name": button["name"], "sub_button": [_told(each) for each in button["buttons"]]}
    words = {"page": "pagepath", "kind": "type"}
    return {words.get(name, name): value for name, value in button.items() if name != "reply"}


def _read(button: Mapping[str, Any]) -> dict[str, Any]:
    """A button in ours."""
    below = button.get("sub_button") or []
    if below:
        return {"name": button.get("name", ""), "buttons": [_read(each) for each in below]}
    words = {"pagepath": "page", "type": "kind"}
    return {words.get(name, name): value for name, value in button.items() if name != "sub_button"}
