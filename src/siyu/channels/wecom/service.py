"""Customer service of a corp, as room `service` knows it, through one application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from siyu.channels.wecom import kf as api
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.contacts.contracts import SourceRefusedError
from siyu.domain.service.contracts import (
    Origin,
    OutsideAccount,
    OutsideMessage,
    OutsidePage,
    OutsideServicer,
    OutsideVisitor,
    Said,
    SessionState,
)

ORIGINS = {3: Origin.CUSTOMER, 4: Origin.EVENT, 5: Origin.SERVICER}
BAD_TOKEN = 95007
SAID_BEFORE = 95033


class WecomService:
    """The accounts of a corp and the conversations with them."""

    def __init__(self, wecom: Wecom) -> None:
        self._wecom = wecom

    def accounts(self) -> list[OutsideAccount]:
        with told_refusals():
            return [OutsideAccount(each.open_kfid, each.name) for each in api.list_accounts(self._wecom)]

    def servicers(self, open_kfid: str) -> list[OutsideServicer]:
        with told_refusals():
            return [OutsideServicer(*each) for each in api.list_servicers(self._wecom, open_kfid)]

    def page(self, open_kfid: str, cursor: str, token: str) -> OutsidePage:
        """A token that has died meanwhile is done without."""
        try:
            with told_refusals():
                page = api.message_page(self._wecom, open_kfid, cursor=cursor, token=token)
        except SourceRefusedError as error:
            if not token or error.errcode != BAD_TOKEN:
                raise
            return self.page(open_kfid, cursor, "")
        return OutsidePage(
            [_message(each) for each in page.rows if each.origin in ORIGINS], page.next_cursor, page.has_more
        )

    def visitors(self, external_userids: Sequence[str]) -> list[OutsideVisitor]:
        with told_refusals():
            found = api.list_kf_customers(self._wecom, external_userids)
        return [
            OutsideVisitor(str(each["external_userid"]), str(each.get("unionid", "")), str(each.get("nickname", "")))
            for each in found
        ]

    def session(self, open_kfid: str, external_userid: str) -> tuple[SessionState, str]:
        with told_refusals():
            state, userid = api.get_session(self._wecom, open_kfid, external_userid)
        return SessionState(int(state)), userid

    def change_session(self, open_kfid: str, external_userid: str, state: SessionState, userid: str) -> str:
        with told_refusals():
            return api.change_session(self._wecom, open_kfid, external_userid, api.SessionState(int(state)), userid)

    def say(self, open_kfid: str, external_userid: str, said: Said, msgid: str) -> None:
        """What was said under this id before counts as said."""
        try:
            with told_refusals():
                api.send_message(self._wecom, open_kfid, external_userid, *_content(said), message_id=msgid)
        except SourceRefusedError as error:
            if error.errcode != SAID_BEFORE:
                raise

    def say_on_event(self, code: str, said: Said, msgid: str) -> None:
        try:
            with told_refusals():
                api.answer_event(self._wecom, code, *_content(said), message_id=msgid)
        except SourceRefusedError as error:
            if error.errcode != SAID_BEFORE:
                raise

    def link(self, open_kfid: str, scene: str) -> str:
        with told_refusals():
            return api.add_link(self._wecom, open_kfid, scene)


def _message(one: api.KfMessage) -> OutsideMessage:
    is_event = one.kind == "event"
    told = dict(one.content)
    return OutsideMessage(
        msgid=one.message_id,
        external_userid=one.external_userid,
        said_at=datetime.fromtimestamp(one.sent_at_seconds, UTC),
        origin=ORIGINS[one.origin],
        kind=str(told.get("event_type", "")) if is_event else one.kind,
        text=str(told.get("content", "")) if one.kind == "text" else "",
        userid=one.servicer_userid,
        told=told if is_event else {},
    )


def _content(said: Said) -> tuple[str, dict[str, Any]]:
    """A text, or a text with questions to tap: what is tapped comes back as if it had been written."""
    if not said.questions:
        return "text", {"content": said.text}
    rows = [{"type": "click", "click": {"content": question}} for question in said.questions]
    return "msgmenu", {"head_content": said.text, "list": rows}
