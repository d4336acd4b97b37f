"""Moments of a corp: tasks that members publish, to whom they show, and what customers said to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from siyu.channels.wecom.carrying import NO_PICTURE, Fetch
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import WecomRefusedError
from siyu.channels.wecom.gates import Priority
from siyu.channels.wecom.mass import BACK, LOOKED_FOR_MAX
from siyu.channels.wecom.media import MediaKind, upload_attachment
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.sends.contracts import MadePost, PostOutcome, PostTask
from siyu.kernel.clock import Clock

LIST_PAGE_MAX: Final = 20
TASKS_PAGE_MAX: Final = 1000
CHARACTERS_MAX: Final = 2000
DONE, PUBLISHED = 3, 1
IMAGES_MAX: Final = 9


class WecomMoments:
    """Implements `sends.contracts.PostTasks` for moments, through one application. WeCom makes a task in a job of its own, and
    takes pictures alone that were put there for moments."""

    def __init__(self, wecom: Wecom, clock: Clock, fetch: Fetch) -> None:
        self._wecom, self._clock, self._fetch = wecom, clock, fetch

    def make(self, task: PostTask, subjects: Sequence[str]) -> MadePost:
        """Puts the pictures there and asks for it."""
        with told_refusals():
            images = [self._image(each) for each in task.body.get("attachments", ()) if each["kind"] == "image"]
            body: dict[str, Any] = {
                "visible_range": {"sender_list": {"user_list": list(subjects), "department_list": []}},
            }
            if text := text_of(task.body):
                body["text"] = {"content": text}
            if images:
                body["attachments"] = [
                    {"msgtype": "image", "image": {"media_id": each}} for each in images[:IMAGES_MAX]
                ]
            made = self._wecom.call("externalcontact/add_moment_task", body, is_tried_again=False)
        return MadePost(job_id=str(made["jobid"]))

    def _image(self, attachment: Mapping[str, Any]) -> str:
        if attachment.get("media_id"):
            return str(attachment["media_id"])
        content = self._fetch(str(attachment.get("url") or ""))
        if content is None:
            raise WecomRefusedError(NO_PICTURE, "media/upload_attachment")
        return upload_attachment(self._wecom, MediaKind.IMAGE, "picture", content, self._clock.now()).media_id

    def find(self, task: PostTask, until: datetime, known: frozenset[str]) -> str | None:
        """Among those that were made since."""
        begin = max(task.asked_at - BACK, until - LOOKED_FOR_MAX + timedelta(hours=1))
        asked = {
            "start_time": int(begin.timestamp()),
            "end_time": int((until + BACK).timestamp()),
            "limit": LIST_PAGE_MAX,
        }
        images = sum(each["kind"] == "image" for each in task.body.get("attachments", ()))
        wanted = (text_of(task.body), min(images, IMAGES_MAX))

        def read(document: dict[str, Any]) -> list[Mapping[str, Any]]:
            return list(document.get("moment_list") or ())

        with told_refusals():
            for page, _ in self._wecom.pages("externalcontact/get_moment_list", asked, read):
                for one in page:
                    if str(one.get("moment_id")) not in known and _spelled(one) == wanted:
                        return str(one["moment_id"])
        return None

    def made(self, job_id: str, /) -> MadePost | None:
        """What the job came to; it is known for a day."""
        with told_refusals():
            told = self._wecom.call("externalcontact/get_moment_task_result", query={"jobid": job_id})
        if int(told.get("status", 0)) != DONE:
            return None
        result = told.get("result") or {}
        if int(result.get("errcode", 0)):
            raise SourceRefusedError(Refusal.FINAL, int(result["errcode"]))
        failed = (result.get("invalid_sender_list") or {}).get("user_list") or ()
        return MadePost(str(result["moment_id"]), failed=tuple(map(str, failed)))

    def outcomes(self, task: PostTask) -> Mapping[str, PostOutcome]:
        """Of the members who published it."""

        def read(document: dict[str, Any]) -> list[str]:
            return [
                str(one["userid"])
                for one in document.get("task_list") or ()
                if int(one.get("publish_status", 0)) == PUBLISHED
            ]

        found: dict[str, PostOutcome] = {}
        asked = {"moment_id": task.outside_id, "limit": TASKS_PAGE_MAX}
        with told_refusals():
            for page, _ in self._wecom.pages("externalcontact/get_moment_task", asked, read, priority=Priority.BULK):
                found |= dict.fromkeys(page, PostOutcome.SENT)
        return found

    def remarks(self, task: PostTask, subject: str, /) -> tuple[int, int]:
        """What customers of a member said: members' own likes are none."""
        asked = {"moment_id": task.outside_id, "userid": subject}
        with told_refusals():
            told = self._wecom.call("externalcontact/get_moment_comments", asked, priority=Priority.BULK)
        likes, comments = (
            sum("external_userid" in one for one in told.get(name) or ()) for name in ("like_list", "comment_list")
        )
        return likes, comments

    def remind(self, _task: PostTask, /) -> bool:
        """WeCom reminds nobody of moments."""
        return False

    def cancel(self, task: PostTask) -> None:
        """Who has not published cannot any more."""
        with told_refusals():
            self._wecom.call("externalcontact/cancel_moment_task", {"moment_id": task.outside_id})


def text_of(body: Mapping[str, Any]) -> str:
    """What a moment says. A link of WeCom's own would need a picture, and files it has none, so they are led to below the words."""
    told = [each for each in body.get("attachments", ()) if each["kind"] in ("link", "file")]
    links = [str(each["url"]) for each in told if each.get("url")]
    text = "\n".join(each for each in [str(body.get("text") or ""), *links] if each)
    return text[:CHARACTERS_MAX]


def _spelled(moment: Mapping[str, Any]) -> tuple[str, int]:
    """What makes a moment the same: its words, and how many pictures it has."""
    text = str((moment.get("text") or {}).get("content") or "")
    images = moment.get("image") or [
        one for one in moment.get("attachments") or () if str(one.get("msgtype")) == "image"
    ]
    return text, len(images)
