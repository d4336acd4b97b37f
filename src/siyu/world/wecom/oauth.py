"""Logging in by WeCom: a code for whoever opens the page, good once within five minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from siyu.world.wecom.calls import Call, Reply
from siyu.world.wecom.customers import openid_of
from siyu.world.wecom.errors import RefusedError

if TYPE_CHECKING:
    from siyu.world.wecom.apps import App
    from siyu.world.wecom.corp import Corp

BASE, PRIVATE = "snsapi_base", "snsapi_privateinfo"
STATE_BYTES_MAX = 128


@dataclass(slots=True)
class Code:
    """Who opened a page of which app: a member by userid, or a customer by number."""

    text: str
    secret: str
    who: str | int
    scope: str
    made_at: datetime
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class UserTicket:
    """The right to ask for what a member agreed to show."""

    text: str
    secret: str
    userid: str
    made_at: datetime


class Codes:
    """Codes and tickets that were given."""

    def __init__(self) -> None:
        self.codes: dict[str, Code] = {}
        self.tickets: dict[str, UserTicket] = {}


def authorize(corp: Corp, app: App, who: str | int, redirect_uri: str, scope: str, state: str) -> str:
    """Where somebody is sent who opens the page that asks for the login."""
    host = urlsplit(redirect_uri).netloc
    if host not in app.trusted_domains:
        raise RefusedError(50001)
    if scope not in (BASE, PRIVATE) or len(state.encode()) > STATE_BYTES_MAX:
        raise RefusedError(40035)
    code = Code(corp.new_key("CODE", 64), app.secret, who, scope, corp.now())
    corp.codes.codes[code.text] = code
    joiner = "&" if urlsplit(redirect_uri).query else "?"
    return redirect_uri + joiner + urlencode({"code": code.text, "state": state})


def get_user_info(call: Call) -> Reply:
    return _identified(call, legacy=False)


def get_user_info_formerly(call: Call) -> Reply:
    """The path of before, whose fields begin with capitals."""
    return _identified(call, legacy=True)


def _identified(call: Call, *, legacy: bool) -> Reply:
    code = call.corp.codes.codes.get(call.query.text("code", missing=41008))
    is_old = code is not None and call.now - code.made_at > timedelta(seconds=call.corp.rules.code_seconds)
    if code is None or code.secret != call.app.secret or code.is_used or is_old:
        raise RefusedError(40029)
    code.is_used = True
    if isinstance(code.who, int):
        return _customer(call, code.who, legacy=legacy)
    told: dict[str, Any] = {"UserId": code.who, "DeviceId": ""} if legacy else {"userid": code.who}
    if code.scope == PRIVATE and call.sees(code.who):
        ticket = UserTicket(call.corp.new_key("TICKET", 64), code.secret, code.who, call.now)
        call.corp.codes.tickets[ticket.text] = ticket
        told["user_ticket"] = ticket.text
    return told


def _customer(call: Call, number: int, *, legacy: bool) -> Reply:
    external_userid = call.corp.people.id_of(number)
    openid = openid_of(external_userid)
    told = {"OpenId": openid, "DeviceId": ""} if legacy else {"openid": openid}
    is_known = any(call.sees(relation.userid) for relation in call.corp.people.followers(number))
    return told | ({"external_userid": external_userid} if is_known else {})


def get_user_detail(call: Call) -> Reply:
    ticket = call.corp.codes.tickets.get(call.body.text("user_ticket"))
    seconds_max = timedelta(seconds=call.corp.rules.user_ticket_seconds)
    if ticket is None or ticket.secret != call.app.secret or call.now - ticket.made_at > seconds_max:
        raise RefusedError(40035, "user_ticket")
    member = call.corp.staff.find(ticket.userid)
    if member is None:
        raise RefusedError(60111)
    return {
        "userid": member.userid,
        "gender": str(member.gender),
        "avatar": "",
        "qr_code": f"https://wework.qpic.cn/wwpic/member/{member.userid}",
        "mobile": member.mobile,
        "email": member.email,
        "biz_mail": member.email,
        "address": "",
    }
