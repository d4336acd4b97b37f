"""Who opens a page: the addresses that ask WeCom, and what its code says."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from siyu.channels.wecom.client import Wecom
from siyu.domain.company.contracts import WECOM_URL

INSIDE_HOST, INSIDE_PATH = "https://open.weixin.qq.com", "/connect/oauth2/authorize"
SCAN_HOST, SCAN_PATH = "https://login.work.weixin.qq.com", "/wwlogin/sso/login"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who opened a page: a member by `userid`, or else a customer, or a stranger, of whom there is only an openid."""

    userid: str
    external_userid: str
    openid: str


def inside_url(wecom: Wecom, back_url: str, state: str) -> str:
    """Where somebody is sent who opens a page inside WeCom; they come back with a code."""
    asked = {
        "appid": wecom.app.corp_id,
        "redirect_uri": back_url,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": state,
        "agentid": wecom.app.agent_id,
    }
    return f"{_host(wecom, INSIDE_HOST)}{INSIDE_PATH}?{urlencode(asked)}#wechat_redirect"


def scan_url(wecom: Wecom, back_url: str, state: str) -> str:
    """Where somebody is sent in a browser, to scan a code with WeCom."""
    asked = {
        "login_type": "CorpApp",
        "appid": wecom.app.corp_id,
        "agentid": wecom.app.agent_id,
        "redirect_uri": back_url,
        "state": state,
    }
    return f"{_host(wecom, SCAN_HOST)}{SCAN_PATH}?{urlencode(asked)}"


def _host(wecom: Wecom, real: str) -> str:
    """A WeCom that stands elsewhere, as an emulated one does, has its pages there too."""
    address = wecom.app.base_url.rstrip("/")
    return real if address == WECOM_URL else address


def visitor_of(wecom: Wecom, code: str) -> Visitor:
    """Whose code it is; WecomRefusedError for one that is used, old, or another application's."""
    document = wecom.call("auth/getuserinfo", query={"code": code})
    return Visitor(
        str(document.get("userid") or document.get("UserId") or ""),
        str(document.get("external_userid") or ""),
        str(document.get("openid") or document.get("OpenId") or ""),
    )
