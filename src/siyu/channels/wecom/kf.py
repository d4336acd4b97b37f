"""WeChat customer service (微信客服): accounts, sessions, messages in and out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority

PAGE_MAX = 1000
CUSTOMERS_MAX = ACCOUNTS_PAGE_MAX = 100
ON_DUTY = 0


class SessionState(IntEnum):
    """Who looks after a session. The numbers are those of the documents' names in their order."""

    NEW = 0
    ASSISTANT = 1
    WAITING = 2
    SERVICER = 3
    ENDED = 4


@dataclass(frozen=True, slots=True)
class KfAccount:
    """An account that customers write to."""

    open_kfid: str
    name: str
    avatar: str


@dataclass(frozen=True, slots=True)
class KfMessage:
    """A message or an event; `origin`: 3 the customer, 4 an event, 5 a servicer. `content` is the part its type names."""

    message_id: str
    open_kfid: str
    external_userid: str
    sent_at_seconds: int
    origin: int
    servicer_userid: str
    kind: str
    content: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class KfPage:
    """Messages, and the cursor to keep; an empty page may have more behind it."""

    rows: Sequence[KfMessage]
    next_cursor: str
    has_more: bool


def list_accounts(wecom: Wecom) -> list[KfAccount]:
    """All accounts, however many there are."""
    rows: list[KfAccount] = []
    while True:
        body = {"offset": len(rows), "limit": ACCOUNTS_PAGE_MAX}
        found = wecom.call("kf/account/list", body).get("account_list", ())
        rows += [
            KfAccount(str(one["open_kfid"]), str(one.get("name", "")), str(one.get("avatar", ""))) for one in found
        ]
        if len(found) < ACCOUNTS_PAGE_MAX:
            return rows


def add_link(wecom: Wecom, open_kfid: str, scene: str = "") -> str:
    """The address at which customers enter an account; a `scene` is told when they do."""
    body = {"open_kfid": open_kfid} | ({"scene": scene} if scene else {})
    return str(wecom.call("kf/add_contact_way", body)["url"])


def get_session(wecom: Wecom, open_kfid: str, external_userid: str) -> tuple[SessionState, str]:
    """Who looks after a customer, and which member that is."""
    body = {"open_kfid": open_kfid, "external_userid": external_userid}
    document = wecom.call("kf/service_state/get", body)
    return SessionState(int(document["service_state"])), str(document.get("servicer_userid", ""))


def change_session(
    wecom: Wecom, open_kfid: str, external_userid: str, state: SessionState, servicer_userid: str = ""
) -> str:
    """Hands a customer over; gives the code for a message that goes with it, or "" where there is none."""
    body: dict[str, Any] = {"open_kfid": open_kfid, "external_userid": external_userid, "service_state": int(state)}
    if servicer_userid:
        body["servicer_userid"] = servicer_userid
    return str(wecom.call("kf/service_state/trans", body).get("msg_code") or "")


def list_servicers(wecom: Wecom, open_kfid: str) -> list[tuple[str, bool]]:
    """(member, whether they take conversations now) of who looks after an account. A department is left out: its members are not
    told."""
    found = wecom.call("kf/servicer/list", query={"open_kfid": open_kfid}).get("servicer_list", ())
    return [(str(one["userid"]), int(one.get("status", 0)) == ON_DUTY) for one in found if one.get("userid")]


def message_page(wecom: Wecom, open_kfid: str, *, cursor: str = "", token: str = "") -> KfPage:
    """What came to an account in the last three days, from a cursor on. `token` is that of the callback; without it WeCom takes few
    calls."""
    body: dict[str, Any] = {"open_kfid": open_kfid, "limit": PAGE_MAX}
    body |= {name: value for name, value in (("cursor", cursor), ("token", token)) if value}
    document = wecom.call("kf/sync_msg", body)
    rows = [_message(one) for one in document.get("msg_list", ())]
    return KfPage(rows, str(document.get("next_cursor") or cursor), bool(document.get("has_more", 0)))


def send_message(
    wecom: Wecom,
    open_kfid: str,
    external_userid: str,
    kind: str,
    content: Mapping[str, Any],
    *,
    message_id: str = "",
) -> str:
    """Writes to a customer: at most five messages within 48 hours of theirs. The same `message_id` is refused a second time."""
    body: dict[str, Any] = {"touser": external_userid, "open_kfid": open_kfid, "msgtype": kind, kind: content}
    if message_id:
        body["msgid"] = message_id
    return str(wecom.call("kf/send_msg", body).get("msgid", ""))


def answer_event(wecom: Wecom, code: str, kind: str, content: Mapping[str, Any], *, message_id: str = "") -> str:
    """Answers an event by its code, once: a welcome, a hand-over, a good-bye."""
    body: dict[str, Any] = {"code": code, "msgtype": kind, kind: content}
    if message_id:
        body["msgid"] = message_id
    document = wecom.call("kf/send_msg_on_event", body, priority=Priority.WELCOME, is_tried_again=False)
    return str(document.get("msgid", ""))


def list_kf_customers(wecom: Wecom, external_userids: Sequence[str]) -> list[Mapping[str, Any]]:
    """Who up to 100 customers are, as WeCom tells it."""
    if len(external_userids) > CUSTOMERS_MAX:
        raise ValueError(f"at most {CUSTOMERS_MAX} customers")
    body = {"external_userid_list": list(external_userids)}
    return list(wecom.call("kf/customer/batchget", body).get("customer_list", ()))


def _message(one: dict[str, Any]) -> KfMessage:
    kind = str(one.get("msgtype", ""))
    content = one.get(kind) or {}
    return KfMessage(
        str(one.get("msgid", "")),
        str(one.get("open_kfid") or content.get("open_kfid") or ""),
        str(one.get("external_userid") or content.get("external_userid") or ""),
        int(one.get("send_time", 0)),
        int(one.get("origin", 0)),
        str(one.get("servicer_userid", "")),
        kind,
        content,
    )
