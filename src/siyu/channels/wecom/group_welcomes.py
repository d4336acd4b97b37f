"""What who joins a group is greeted with: templates of the corp, of which the owner of a group chooses one in their client."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from siyu.channels.wecom.carrying import Carrier
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority
from siyu.channels.wecom.mass import attachment_of
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.groups.contracts import UNKNOWN_TEMPLATE, GroupWelcome

PATH: Final = "externalcontact/group_welcome_template"
SAYS_NOTHING: Final = 0
"""Owners are not called to look at a new template: the operator tells them."""


class WecomGroupWelcomes:
    """Implements `groups.GroupWelcomes` for a corp, through one application, which alone may change what it made."""

    def __init__(self, wecom: Wecom, carrier: Carrier) -> None:
        self._wecom, self._carrier = wecom, carrier

    def make(self, welcome: GroupWelcome) -> str:
        try:
            with told_refusals():
                body = {**self._body(welcome), "notify": SAYS_NOTHING}
        except SourceRefusedError as error:
            if error.refusal is not Refusal.RETRY:
                raise
            raise SourceRefusedError(
                Refusal.WAIT, error.errcode, wait_seconds=error.wait_seconds
            ) from error  # not asked yet
        with told_refusals():
            return str(self._wecom.call(f"{PATH}/add", body, is_tried_again=False)["template_id"])

    def change(self, template_id: str, welcome: GroupWelcome) -> None:
        with told_refusals():
            self._wecom.call(f"{PATH}/edit", {"template_id": template_id, **self._body(welcome)})

    def is_there(self, template_id: str) -> bool:
        try:
            with told_refusals():
                self._wecom.call(f"{PATH}/get", {"template_id": template_id}, priority=Priority.BULK)
        except SourceRefusedError as error:
            if error.errcode == UNKNOWN_TEMPLATE:
                return False
            raise
        return True

    def delete(self, template_id: str) -> None:
        with told_refusals():
            self._wecom.call(f"{PATH}/del", {"template_id": template_id})

    def _body(self, welcome: GroupWelcome) -> dict[str, Any]:
        """A welcome as WeCom takes it: the attachment stands beside the text, under the name of its kind."""
        body: dict[str, Any] = {"text": {"content": welcome.text}} if welcome.text.strip() else {}
        if welcome.attachment is not None:
            given = {name: text for name, text in asdict(welcome.attachment).items() if text is not None}
            told = attachment_of(self._carrier.lasting(given))
            body[str(told["msgtype"])] = told[str(told["msgtype"])]
        return body
