"""Greeting new contacts: with a code that is good once, for twenty seconds; and greetings of groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority
from siyu.domain.company.contracts import WelcomeMessage, WelcomePlan

PATH = "externalcontact/send_welcome_msg"
GROUPS = "externalcontact/group_welcome_template"


def message_for(plan: WelcomePlan, state: str) -> WelcomeMessage | None:
    """What somebody is greeted with who came by a channel: by the first rule that fits it."""
    for rule in plan.rules:
        if rule.state == state or (rule.state.endswith("*") and state.startswith(rule.state[:-1])):
            return rule.message
    return plan.default


def welcome_body(message: WelcomeMessage, *, is_whole: bool = True) -> dict[str, Any]:
    """A message as WeCom takes it; not whole, its text alone."""
    body: dict[str, Any] = {"text": {"content": message.text}} if message.text else {}
    attachments: list[Mapping[str, Any]] = [
        {"msgtype": "image", "image": {"pic_url": url}} for url in message.image_urls
    ]
    for link in message.links:
        told = {"title": link.title, "url": link.url, "desc": link.description, "picurl": link.picture_url}
        attachments.append({"msgtype": "link", "link": {name: text for name, text in told.items() if text}})
    return body | ({"attachments": attachments} if attachments and is_whole else {})


def send_welcome(wecom: Wecom, code: str, body: Mapping[str, Any], *, patience_seconds: float) -> None:
    """Sends once; a second call with the same code is refused by WeCom itself."""
    wecom.call(
        PATH,
        {"welcome_code": code, **body},
        priority=Priority.WELCOME,
        patience_seconds=patience_seconds,
        is_tried_again=False,
    )


def add_group_welcome(wecom: Wecom, message: WelcomeMessage, *, is_told: bool = True) -> str:
    """A greeting for who comes into a group, for owners to choose; gives its id. It holds a text and one link or picture."""
    body = _group_body(message) | {"notify": int(is_told)}
    if wecom.app.agent_id:
        body["agentid"] = wecom.app.agent_id
    return str(wecom.call(f"{GROUPS}/add", body)["template_id"])


def edit_group_welcome(wecom: Wecom, template_id: str, message: WelcomeMessage) -> None:
    wecom.call(f"{GROUPS}/edit", {"template_id": template_id, **_group_body(message)})


def delete_group_welcome(wecom: Wecom, template_id: str) -> None:
    wecom.call(f"{GROUPS}/del", {"template_id": template_id})


def _group_body(message: WelcomeMessage) -> dict[str, Any]:
    whole = welcome_body(message)
    attachments = whole.pop("attachments", [])
    for one in attachments[:1]:
        kind = one["msgtype"]
        whole[kind] = one[kind]
    return whole
