"""Codes that are good once: of a page's log-in, of a mini program's; and scenes of QR codes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from siyu.world.wechat.accounts import Account, AccountKind, Fan, Platform
from siyu.world.wecom.calls import Fields, Reply
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.limits import Window

CODE_LIFE = timedelta(minutes=5)
PAGE_TOKEN_SECONDS = 7200
BASE, INFO = "snsapi_base", "snsapi_userinfo"


@dataclass(slots=True)
class Code:
    """Who opened what, and until when the code tells it."""

    app_id: str
    openid: str
    scope: str
    until: datetime
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """What a QR code of an account says; a lasting one has no end."""

    app_id: str
    text: str
    until: datetime | None


@dataclass(slots=True)
class Logins:
    """All codes, the tokens that pages got for them, and the scenes."""

    codes: dict[str, Code] = field(default_factory=dict)
    page_tokens: dict[str, Code] = field(default_factory=dict)
    scenes: dict[str, Scene] = field(default_factory=dict)


def give_code(platform: Platform, logins: Logins, account: Account, fan: Fan, scope: str) -> str:
    """A code for somebody who opens a page or the mini program."""
    text = platform.new_key("0", 32)
    logins.codes[text] = Code(account.app_id, fan.openid, scope, platform.now() + CODE_LIFE)
    return text


def authorize(platform: Platform, logins: Logins, account: Account, fan: Fan, given: Fields) -> str:
    """Where somebody is sent who opens a page that asks who it is."""
    scope = given.text("scope", missing=None) or BASE
    if scope not in (BASE, INFO):
        raise RefusedError(40035)
    uri = given.text("redirect_uri")
    code = give_code(platform, logins, account, fan, scope)
    joiner = "&" if urlsplit(uri).query else "?"
    return uri + joiner + urlencode({"code": code, "state": given.text("state", missing=None)})


def _redeem(platform: Platform, logins: Logins, query: Fields, kind: AccountKind, name: str) -> tuple[Account, Code]:
    account = platform.account(query.text("appid", missing=40013))
    if query.text("secret", missing=41004) != account.secret:
        raise RefusedError(40001)
    code = logins.codes.get(query.text(name, missing=41008))
    if code is None or code.app_id != account.app_id or account.kind is not kind or platform.now() >= code.until:
        raise RefusedError(40029)
    if code.is_used:
        raise RefusedError(40163)
    code.is_used = True
    return account, code


def page_token(platform: Platform, logins: Logins, query: Fields) -> Reply:
    """`sns/oauth2/access_token`: who opened the page."""
    account, code = _redeem(platform, logins, query, AccountKind.OFFICIAL, "code")
    token = platform.new_key("page", 64)
    logins.page_tokens[token] = Code(code.app_id, code.openid, code.scope, platform.now() + timedelta(hours=2))
    fan = account.fan(code.openid)
    told = {"access_token": token, "expires_in": PAGE_TOKEN_SECONDS, "refresh_token": platform.new_key("refresh", 64)}
    told |= {"openid": code.openid, "scope": code.scope}
    return told | ({"unionid": fan.unionid} if code.scope == INFO else {})


def page_person(platform: Platform, logins: Logins, query: Fields) -> Reply:
    """`sns/userinfo`: what the person agreed to show."""
    known = logins.page_tokens.get(query.text("access_token", missing=41001))
    if known is None or platform.now() >= known.until:
        raise RefusedError(40001 if known is None else 42001)
    if known.scope != INFO:
        raise RefusedError(48001)
    if query.text("openid", missing=40003) != known.openid:
        raise RefusedError(40003)
    fan = platform.account(known.app_id).fan(known.openid)
    return {"openid": fan.openid, "nickname": "微信用户", "sex": 0, "headimgurl": "", "unionid": fan.unionid}


def mini_session(platform: Platform, logins: Logins, query: Fields) -> Reply:
    """`sns/jscode2session`: who opened the mini program."""
    account, code = _redeem(platform, logins, query, AccountKind.MINI, "js_code")
    limit = [(Window.MINUTE, platform.limits.logins_per_minute)]
    try:
        platform.meter.count(("login", account.app_id, code.openid), limit, platform.now())
    except RefusedError as refusal:
        raise RefusedError(45011) from refusal
    session_key = hashlib.sha256(platform.new_key("session", 60).encode()).hexdigest()[:24]
    return {"openid": code.openid, "session_key": session_key, "unionid": account.fan(code.openid).unionid}
