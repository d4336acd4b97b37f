"""Welcome codes: given with the event of a new friend, good for one message within twenty seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from siyu.world.wecom.calls import Call, Fields, Reply
from siyu.world.wecom.content import KINDS, attachment_of, content_of
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.phones import Origin, Shown

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

GROUP_TEXT_BYTES_MAX = 3000
NICKNAME = "%NICKNAME%"


@dataclass(slots=True)
class WelcomeCode:
    """The right to greet one new friend of one member."""

    code: str
    userid: str
    number: int
    made_at: datetime
    used_by: str = ""
    used_at: datetime | None = None
    is_chatting: bool = False


@dataclass(slots=True)
class GroupWelcome:
    """A greeting for who comes into a group, made by one app."""

    template_id: str
    maker: str
    content: dict[str, Any]


class Welcomes:
    """Codes that were given, and greetings of groups."""

    def __init__(self) -> None:
        self._codes: dict[str, WelcomeCode] = {}
        self._open: dict[tuple[str, int], WelcomeCode] = {}
        self.templates: dict[str, GroupWelcome] = {}

    def give(self, code: WelcomeCode) -> None:
        self._codes[code.code] = code
        self._open[code.userid, code.number] = code

    def chat(self, userid: str, number: int) -> None:
        """Both have begun to talk: it is too late for a greeting."""
        code = self._open.pop((userid, number), None)
        if code is not None:
            code.is_chatting = True

    def find(self, code: str) -> WelcomeCode | None:
        return self._codes.get(code)

    def forget(self, before: datetime) -> None:
        """Drops codes that are long dead, so that a busy day does not pile them up; the oldest stand first."""
        while self._codes and (oldest := next(iter(self._codes.values()))).made_at < before:
            del self._codes[oldest.code]
            if self._open.get((oldest.userid, oldest.number)) is oldest:
                del self._open[oldest.userid, oldest.number]


def send_welcome_msg(call: Call) -> Reply:
    corp, rules = call.corp, call.corp.rules
    code = corp.welcomes.find(call.body.text("welcome_code", missing=41049))
    content = content_of(call)
    if code is None or call.now - code.made_at > timedelta(seconds=rules.welcome_seconds) or not call.sees(code.userid):
        raise RefusedError(41050)
    if code.used_at is not None:
        is_being_sent = call.now - code.used_at < timedelta(seconds=rules.welcome_sending_seconds)
        raise RefusedError(41096 if is_being_sent and code.used_by != call.app.secret else 41051)
    if code.is_chatting:
        raise RefusedError(41051)
    code.used_by, code.used_at = call.app.secret, call.now
    for part in messages_of(content):
        corp.phones.show(code.number, Shown(call.now_seconds, Origin.WELCOME, code.userid, part))
    return {}


def greet_in_group(corp: Corp, template_id: str, chat_id: str, owner: str, numbers: Sequence[int]) -> None:
    """Who came into a group that has a greeting gets it there, with their name in it; one that was deleted greets nobody."""
    template = corp.welcomes.templates.get(template_id)
    if template is None:
        return
    for number in numbers:
        for part in _parts(template.content):
            named = _named(part, corp.people.person(number).name)
            corp.phones.show(number, Shown(corp.now_seconds, Origin.GROUP, owner, named, chat_id))


def _parts(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [{"msgtype": kind, kind: content[kind]} for kind in ("text", *KINDS) if kind in content]


def _named(part: dict[str, Any], name: str) -> dict[str, Any]:
    if part["msgtype"] != "text":
        return part
    return {"msgtype": "text", "text": {"content": str(part["text"]["content"]).replace(NICKNAME, name)}}


def messages_of(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The separate messages in which text and attachments arrive."""
    text = [{"msgtype": "text", "text": content["text"]}] if "text" in content else []
    return [*text, *(dict(one) for one in content.get("attachments", ()))]


def add_group_welcome(call: Call) -> Reply:
    if len(call.corp.welcomes.templates) >= call.corp.rules.group_welcomes_max:
        raise RefusedError(41055)
    made = GroupWelcome(call.corp.new_key("msg", 32), call.app.secret, _group_content(call))
    call.corp.welcomes.templates[made.template_id] = made
    return {"template_id": made.template_id}


def _group_content(call: Call) -> dict[str, Any]:
    body = call.body
    text = body.part("text").text("content", missing=None, bytes_max=GROUP_TEXT_BYTES_MAX, too_long=45002)
    kept: dict[str, Any] = {"text": {"content": text}} if text else {}
    for kind in KINDS:
        if body.has(kind):
            kept[kind] = attachment_of(call, Fields({"msgtype": kind, kind: body.values[kind]}))[kind]
            break
    if not kept:
        raise RefusedError(41090)
    return kept


def _own_group_welcome(call: Call) -> GroupWelcome:
    template = call.corp.welcomes.templates.get(call.body.text("template_id"))
    if template is None:
        raise RefusedError(40035)
    if template.maker != call.app.secret:
        raise RefusedError(41058)
    return template


def edit_group_welcome(call: Call) -> Reply:
    template = _own_group_welcome(call)
    template.content = _group_content(call)
    return {}


def get_group_welcome(call: Call) -> Reply:
    template = call.corp.welcomes.templates.get(call.body.text("template_id"))
    if template is None:
        raise RefusedError(40035)
    return template.content


def del_group_welcome(call: Call) -> Reply:
    del call.corp.welcomes.templates[_own_group_welcome(call).template_id]
    return {}
