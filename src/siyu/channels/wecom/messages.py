"""Messages of the application to members of the staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from siyu.channels.wecom.client import Wecom

USERS_MAX = 1000


@dataclass(frozen=True, slots=True)
class SentToStaff:
    """A message that went out; `unreached` are those it did not go to, in lower case."""

    message_id: str
    unreached: Sequence[str]


def send_card(wecom: Wecom, userids: Sequence[str], title: str, description: str, url: str) -> SentToStaff:
    """A card with a link."""
    return _send(wecom, userids, "textcard", {"title": title, "description": description, "url": url})


def _send(wecom: Wecom, userids: Sequence[str], kind: str, content: Mapping[str, Any]) -> SentToStaff:
    if not 1 <= len(userids) <= USERS_MAX:
        raise ValueError(f"1 to {USERS_MAX} members")
    body = {"touser": "|".join(userids), "msgtype": kind, "agentid": wecom.app.agent_id, kind: content}
    document = wecom.call("message/send", body)
    unreached = [
        userid
        for name in ("invaliduser", "unlicenseduser")
        for userid in str(document.get(name) or "").split("|")
        if userid
    ]
    return SentToStaff(str(document.get("msgid", "")), unreached)
