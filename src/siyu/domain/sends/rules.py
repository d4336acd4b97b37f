"""From a send's document to the send, when it goes out, and what a task of WeCom says. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from siyu.domain.content.contracts import Attachment, BadLinkError, BadTemplateError, MessageContent
from siyu.domain.sends.contracts import WECOM_CHANNEL, MassQuota, Run, RunState, Send
from siyu.domain.sends.faults import FAULTS, TEXT_BYTES_MAX
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.clock import EPOCH

SEND: TypeAdapter[Send] = TypeAdapter(Send)
"""Pydantic's view of the document: checks shapes and gives the JSON schema."""
DAYS_AHEAD_MAX = 366


def parse_send(document: object) -> Send:
    """The send of a document; InvalidDefinitionError with the first fault otherwise."""
    try:
        send = SEND.validate_python(document)
    except ValidationError as error:
        raise FAULTS.explained(document, error.errors(include_url=False)) from None
    try:
        send.content.check()
    except (BadTemplateError, BadLinkError) as error:
        path = ["content", *str(error.fields.get("field", "")).split(".")]
        raise FAULTS.fault(path, "link" if isinstance(error, BadLinkError) else "template") from None
    for place, attachment in enumerate(send.content.attachments):
        if not is_whole(attachment):
            raise FAULTS.fault(["content", "attachments", place], "attachment")
        if WECOM_CHANNEL in send.channels and lacks_cover(attachment):
            raise FAULTS.fault(["content", "attachments", place], "cover")
    for name, chosen in (("channels", send.channels), ("excluded_segment_ids", send.excluded_segment_ids)):
        if len(set(chosen)) < len(chosen):
            raise FAULTS.fault([name], "twice")
    if send.segment_id in send.excluded_segment_ids:
        raise FAULTS.fault(["excluded_segment_ids"], "itself")
    if send.begins >= send.ends:
        raise FAULTS.fault(["ends"], "no_time")
    if send.worth.by == "attribute" and not send.worth.attribute.strip():
        raise FAULTS.fault(["worth", "attribute"], "attribute")
    if WECOM_CHANNEL in send.channels and len(task_text(send.content).encode()) > TEXT_BYTES_MAX:
        raise FAULTS.fault(["content", "body"], "bytes", limit=TEXT_BYTES_MAX)
    return send


def is_whole(attachment: Attachment) -> bool:
    """Whether an attachment has what its kind needs to be shown."""
    match attachment.kind:
        case "image" | "file":
            return bool(attachment.media_id or attachment.url)
        case "link":
            return bool(attachment.url)
        case "miniprogram":
            return bool(attachment.appid and attachment.page and attachment.title)


def lacks_cover(attachment: Attachment) -> bool:
    """Whether it is a mini program without the picture that WeCom shows of it, and refuses a whole task for."""
    return attachment.kind == "miniprogram" and not attachment.media_id


def send_document(send: Send) -> dict[str, Any]:
    """The document of a send, in its one spelling."""
    document: dict[str, Any] = SEND.dump_python(send, mode="json")
    return document


def stored_send(document: object) -> Send:
    """The send of a document that was checked when it was saved."""
    return SEND.validate_python(document)


# --- when it goes out


def times_of(send: Send, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """From when and until when it goes out, if it were asked for now; None where its time is over. A send for now whose hours of
    today are over goes out tomorrow."""
    asked = max(send.starts_at or now, EPOCH)
    if asked - now > timedelta(days=DAYS_AHEAD_MAX):  # before it is put into a zone: the year 10000 has none
        return None
    first = asked.astimezone(zone)
    day = first.date()
    if first >= _at(day, send.ends, zone):
        day += timedelta(days=1)
    starts_at = max(first, _at(day, send.begins, zone))
    ends_at = _at(day + timedelta(days=send.days - 1), send.ends, zone)
    return (starts_at, ends_at) if ends_at > now else None


def is_in_hours(send: Send, now: datetime, zone: ZoneInfo) -> bool:
    """Whether something of it may begin now."""
    local = now.astimezone(zone)
    return send.begins <= local.hour * 60 + local.minute < send.ends


def window_end(send: Send, run_ends_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """Until when a task that is asked for now may be confirmed: the end of today's hours, or of the run."""
    return min(run_ends_at, _at(now.astimezone(zone).date(), send.ends, zone))


def _at(day: date, minute: int, zone: ZoneInfo) -> datetime:
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return midnight + timedelta(minutes=minute)


# --- the customer's quota


def quota_since(quota: MassQuota, day: date) -> date:
    """The first day of the period that counts today."""
    if quota is MassQuota.DAILY:
        return day
    return day - timedelta(days=day.weekday()) if quota is MassQuota.WEEKLY else day.replace(day=1)


def quota_most(quota: MassQuota, day: date) -> int:
    """How many mass messages a customer may get in the period."""
    if quota is MassQuota.DAILY:
        return 1
    if quota is MassQuota.WEEKLY:
        return 7
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return (following - timedelta(days=1)).day


# --- what a task says

_NOBODY: Final[Mapping[str, Any]] = {}


def task_text(content: MessageContent) -> str:
    """The one text that everybody reads: where a place is, what stands there for who is not known."""
    return content.for_channel(WECOM_CHANNEL).render(_NOBODY).body


def is_personal(content: MessageContent) -> bool:
    """Whether customers should read different texts, which a task cannot do."""
    return bool(content.for_channel(WECOM_CHANNEL).body.attributes)


def task_body(content: MessageContent) -> dict[str, Any]:
    """A content as a task carries it: a text and attachments, the link the first of them."""
    rendered = content.for_channel(WECOM_CHANNEL).render(_NOBODY)
    attachments: list[dict[str, Any]] = []
    if content.link_url is not None:
        attachments.append({"kind": "link", "url": content.link_url, "title": rendered.title})
    attachments += [_plain(each) for each in content.attachments]
    return {"text": rendered.body, "attachments": attachments}


def _plain(attachment: Attachment) -> dict[str, Any]:
    names = ("kind", "media_id", "url", "title", "description", "appid", "page")
    return {name: getattr(attachment, name) for name in names if getattr(attachment, name) is not None}


def content_key(body: Mapping[str, Any], sender: str) -> str:
    """The same for the same content from the same member."""
    told = json.dumps([body, sender], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def asker_of(run: Run) -> Actor:
    """Who asked for a run, with what they could see then and no right at all."""
    kind, _, actor_id = run.asked_by.partition(":")
    return Actor(ActorKind(kind), actor_id, frozenset(), run.scope)


def is_seen(actor: Actor, run: Run) -> bool:
    """Whether a run goes to nobody but those whom the actor may see, or was asked for by them."""
    return actor.scope.covers(run.scope) or run.asked_by == f"{actor.kind}:{actor.actor_id}"


def needs_approval(recipients: int, approve_above: int | None) -> bool:
    """Whether a run of this size waits for somebody's word."""
    return approve_above is not None and recipients > approve_above


def is_open(run: Run | None) -> bool:
    """Whether a run is still on its way, or waits."""
    return run is not None and run.state not in (RunState.DONE, RunState.CANCELLED)
