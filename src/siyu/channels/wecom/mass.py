"""Mass messages of a corp: tasks that members of the staff have to confirm, and what became of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.sends.contracts import MadeTask, MassResult, MemberShare, Outcome, Task

ADD = "externalcontact/add_msg_template"
CUSTOMERS_MAX = 10_000
PAGE_MAX = 1000
LIST_PAGE_MAX = 100
MADE_BY_CORP = 0
BACK = timedelta(minutes=10)
"""Clocks differ: a task is looked for from so long before it was asked for."""
LOOKED_FOR_MAX = timedelta(days=30)
CONFIRMED = 2
TITLE_BYTES_MAX, DESCRIPTION_BYTES_MAX, MINI_TITLE_BYTES_MAX = 128, 512, 64

OUTCOMES: Final[Mapping[int, Outcome]] = {
    0: Outcome.WAITING,
    1: Outcome.SENT,
    2: Outcome.NOT_A_FRIEND,
    3: Outcome.OVER_QUOTA,
}
"""What WeCom's numbers mean. There is none for read: WeCom does not tell."""


Row = TypeVar("Row")


class WecomMassTasks:
    """The mass messages of a corp, through one application."""

    def __init__(self, wecom: Wecom, carrier: Carrier) -> None:
        self._wecom, self._carrier = wecom, carrier

    def make(self, task: Task, external_userids: Sequence[str]) -> MadeTask:
        if not 1 <= len(external_userids) <= CUSTOMERS_MAX:
            raise ValueError(f"a task has 1 to {CUSTOMERS_MAX} customers")
        body: dict[str, Any] = {"chat_type": "single", "external_userid": list(external_userids)}
        if task.sender:
            body["sender"] = task.sender
        with told_refusals():
            made = self._wecom.call(ADD, body | content_of(self._carrier.body(task.body)), is_tried_again=False)
        return MadeTask(str(made["msgid"]), tuple(map(str, made.get("fail_list") or ())))

    def find(self, task: Task, until: datetime, known: frozenset[str]) -> str | None:
        return find_made(self._wecom, "single", task.body, task.asked_at, until, known)

    def shares(self, msgid: str) -> Sequence[MemberShare]:
        def read(document: dict[str, Any]) -> list[MemberShare]:
            return [
                MemberShare(str(one["userid"]), int(one.get("status", 0)) == CONFIRMED)
                for one in document.get("task_list") or ()
            ]

        return self._all("externalcontact/get_groupmsg_task", {"msgid": msgid}, read)

    def results(self, msgid: str, userid: str) -> Sequence[MassResult]:
        def read(document: dict[str, Any]) -> list[MassResult]:
            return [
                MassResult(str(one["external_userid"]), OUTCOMES.get(int(one.get("status", 0)), Outcome.WAITING))
                for one in document.get("send_list") or ()
                if one.get("external_userid")
            ]

        return self._all("externalcontact/get_groupmsg_send_result", {"msgid": msgid, "userid": userid}, read)

    def remind(self, msgid: str) -> None:
        with told_refusals():
            self._wecom.call("externalcontact/remind_groupmsg_send", {"msgid": msgid})

    def cancel(self, msgid: str) -> None:
        with told_refusals():
            self._wecom.call("externalcontact/cancel_groupmsg_send", {"msgid": msgid})

    def _all(self, path: str, asked: Mapping[str, Any], read: Callable[[dict[str, Any]], list[Row]]) -> list[Row]:
        rows: list[Row] = []
        with told_refusals():
            for page, _ in self._wecom.pages(path, {**asked, "limit": PAGE_MAX}, read, priority=Priority.BULK):
                rows += page
        return rows


def find_made(
    wecom: Wecom,
    chat_type: str,
    content: Mapping[str, Any],
    asked_at: datetime,
    until: datetime,
    known: frozenset[str],
) -> str | None:
    """The name of a task with this content that the corp made since it was asked for, and that is none of the `known`."""
    begin = max(asked_at - BACK, until - LOOKED_FOR_MAX)
    asked = {
        "chat_type": chat_type,
        "start_time": int(begin.timestamp()),
        "end_time": int((until + BACK).timestamp()),
        "filter_type": MADE_BY_CORP,
        "limit": LIST_PAGE_MAX,
    }
    wanted = _spelled(content_of(content))

    def read(document: dict[str, Any]) -> list[Mapping[str, Any]]:
        return list(document.get("group_msg_list") or ())

    with told_refusals():
        for page, _ in wecom.pages("externalcontact/get_groupmsg_list_v2", asked, read):
            for one in page:
                if str(one.get("msgid")) not in known and _spelled(one) == wanted:
                    return str(one["msgid"])
    return None


def content_of(body: Mapping[str, Any]) -> dict[str, Any]:
    """A task's content as WeCom takes it."""
    content: dict[str, Any] = {"text": {"content": body["text"]}} if body.get("text") else {}
    attachments = [attachment_of(each) for each in body.get("attachments", ())]
    return content | ({"attachments": attachments} if attachments else {})


def attachment_of(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """One attachment as WeCom takes it."""
    kind = given["kind"]
    if kind == "file" and given.get("url") and not given.get("media_id"):
        kind = "link"  # WeCom takes files alone that were put there: what lies elsewhere is led to
    if kind == "link":
        told = {
            "title": _cut(given.get("title") or given["url"], TITLE_BYTES_MAX),
            "url": given["url"],
            "desc": _cut(given.get("description", ""), DESCRIPTION_BYTES_MAX),
        }
    elif kind == "miniprogram":
        told = {
            "title": _cut(given.get("title", ""), MINI_TITLE_BYTES_MAX),
            "appid": given.get("appid", ""),
            "page": given.get("page", ""),
            "pic_media_id": given.get("media_id", ""),
        }
    elif kind == "image" and not given.get("media_id"):
        told = {"pic_url": given.get("url", "")}
    else:
        told = {"media_id": given.get("media_id", "")}
    return {"msgtype": kind, kind: {name: text for name, text in told.items() if text}}


def _cut(text: str, bytes_max: int) -> str:
    """At most so many bytes, no letter halved."""
    return text.encode()[:bytes_max].decode(errors="ignore")


def _spelled(content: Mapping[str, Any]) -> tuple[str, tuple[tuple[str, ...], ...]]:
    """What makes a content the same: its text, and the kind of each attachment with what it leads to. WeCom may tell more of a
    picture than it was given."""
    text = str((content.get("text") or {}).get("content") or "")
    attachments = []
    for one in content.get("attachments") or ():
        kind = str(one.get("msgtype"))
        part = one.get(kind) or {}
        attachments.append((kind, *(str(part.get(name) or "") for name in ("title", "url", "appid", "page"))))
    return text, tuple(attachments)
