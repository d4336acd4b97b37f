"""Who opens a page: the addresses that ask WeCom, and what its code says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from siyu.channels.wecom.client import Wecom

INSIDE_URL = "https://open.weixin.qq.com/connect/oauth2/authorize"
SCAN_URL = "https://login.work.weixin.qq.com/wwlogin/sso/login"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened a page: a member by `userid`, or else a customer, or a stranger, of whom there is only an openid."""

    userid: str
    external_userid: str
    openid: str


def inside_url(corp_id: str, agent_id: int, back_url: str, state: str) -> str:
    """Where somebody is sent who opens a page inside WeCom; they come back with a code."""
    asked = {
        "appid": corp_id,
        "redirect_uri": back_url,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
        "agentid": agent_id,
    }
    return f"{INSIDE_URL}?{urlencode(asked)}#wechat_redirect"


def scan_url(corp_id: str, agent_id: int, back_url: str, state: str) -> str:
    """Where somebody is sent in a browser, to scan a code with WeCom."""
    asked = {
        "login_type": "CorpApp",
        "appid": corp_id,
        "agentid": agent_id,
        "redirect_uri": back_url,
        "state": state,
    }
    return f"{SCAN_URL}?{urlencode(asked)}"


def visitor_of(wecom: Wecom, code: str) -> Visitor:
    """Whose code it is; WecomRefusedError for one that is used, old, or another application's."""
    document = wecom.call("auth/getuserinfo", query={"code": code})
    return Visitor(
        str(document.get("userid") or document.get("UserId") or ""),
        str(document.get("external_userid") or ""),
        str(document.get("openid") or document.get("OpenId") or ""),
    )
