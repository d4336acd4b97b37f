"""Greeting new contacts: with a code that is good once, for twenty seconds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority
from siyu.domain.company.contracts import WelcomeMessage, WelcomePlan

PATH = "externalcontact/send_welcome_msg"


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
