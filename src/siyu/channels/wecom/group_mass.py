"""Mass messages to groups of a corp: tasks that the owners of groups confirm, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority
from siyu.channels.wecom.mass import ADD, PAGE_MAX, content_of, find_made
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.sends.contracts import GROUPS_MAX, MadePost, PostOutcome, PostTask

OUTCOMES: Final[Mapping[int, PostOutcome]] = {
    1: PostOutcome.SENT,
    2: PostOutcome.GONE,
    3: PostOutcome.OVER_QUOTA,
}


class WecomGroupPosts:
    """Implements `sends.contracts.PostTasks` for groups, through one application. A task has the groups of one owner."""

    def __init__(self, wecom: Wecom, carrier: Carrier) -> None:
        self._wecom, self._carrier = wecom, carrier

    def make(self, task: PostTask, subjects: Sequence[str]) -> MadePost:
        """Asks for it; of groups that WeCom does not take it says so."""
        if not 1 <= len(subjects) <= GROUPS_MAX:
            raise ValueError(f"a task has 1 to {GROUPS_MAX} groups")
        body = {"chat_type": "group", "sender": task.sender, "chat_id_list": list(subjects)}
        with told_refusals():
            made = self._wecom.call(ADD, body | content_of(self._carrier.body(task.body)), is_tried_again=False)
        return MadePost(str(made["msgid"]), failed=tuple(map(str, made.get("fail_list") or ())))

    def find(self, task: PostTask, until: datetime, known: frozenset[str]) -> str | None:
        """Among those that the corp made since."""
        return find_made(self._wecom, "group", task.body, task.asked_at, until, known)

    def made(self, _job_id: str, /) -> MadePost | None:
        """There are no jobs here: a task is there at once."""
        raise ValueError("tasks of groups have no jobs")

    def outcomes(self, task: PostTask) -> Mapping[str, PostOutcome]:
        """Of the groups to which something was sent; of the others WeCom says nothing."""

        def read(document: dict[str, Any]) -> list[tuple[str, int]]:
            return [
                (str(one["chat_id"]), int(one.get("status", 0)))
                for one in document.get("send_list") or ()
                if one.get("chat_id")
            ]

        asked = {"msgid": task.outside_id, "userid": task.sender, "limit": PAGE_MAX}
        found: dict[str, PostOutcome] = {}
        with told_refusals():
            for page, _ in self._wecom.pages(
                "externalcontact/get_groupmsg_send_result", asked, read, priority=Priority.BULK
            ):
                found |= {chat_id: OUTCOMES[status] for chat_id, status in page if status in OUTCOMES}
        return found

    def remarks(self, _task: PostTask, _subject: str, /) -> tuple[int, int]:
        """WeCom tells none of groups."""
        return 0, 0

    def remind(self, task: PostTask, /) -> bool:
        """Reminds the owner."""
        with told_refusals():
            self._wecom.call("externalcontact/remind_groupmsg_send", {"msgid": task.outside_id})
        return True

    def cancel(self, task: PostTask) -> None:
        """Takes it back."""
        with told_refusals():
            self._wecom.call("externalcontact/cancel_groupmsg_send", {"msgid": task.outside_id})
