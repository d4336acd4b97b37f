"""What the simulated company has designed: segments, and journeys that message those in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from siyu.assembly.installation import Installation
from siyu.assembly.simulation.office import ACTOR, TAG_BACK, join_office, tag_ids
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import Limits, QuietHours, ReachRules
from siyu.domain.segments import service as segments
from siyu.engines.orchestration.publishing import create, publish
from siyu.platform.postgres.database import UnitOfWork

QUIET = QuietHours("21:00", "09:00")
RECENT_DAYS = 3

THANKS, AGAIN, MISSED, RECEIPT = "谢谢光临", "再来一杯", "好久不见", "订单已收到"
FRIENDS, REGULARS = "新朋友的礼物", "老朋友的礼物"
ONCE_EACH = (THANKS, AGAIN, MISSED, FRIENDS)
"""Titles that nobody gets twice: their journey is never entered again."""


def _orders(least: int, days: int | None = None) -> dict[str, Any]:
    window = {"window": {"kind": "rolling", "most": {"amount": days, "unit": "day"}}} if days else {}
    return {"kind": "event", "event": "order_completed", "operator": "at_least", "value": least, **window}


SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    "buyers": _orders(1),
    "regulars": _orders(2),
    "recent": _orders(1, RECENT_DAYS),
}


@dataclass(frozen=True, slots=True)
class Company:
    """The ids of what was designed; segments by their names in SEGMENTS."""

    segments: Mapping[str, int]
    journeys: tuple[int, ...]


def found_company(installation: Installation) -> Company:
    """Joins the office in WeCom, and designs everything in one transaction."""
    join_office(installation)
    with installation.database.begin() as work:
        version = messages_reading.reach_rules(work).version
        messages.set_rules(work, ACTOR, ReachRules(limits=Limits(per_day=2), quiet=QUIET), version=version)
        tag_id = tag_ids(work)[TAG_BACK]
        ids: dict[str, int] = {}
        for name, document in SEGMENTS.items():
            ids[name] = segments.create(work, ACTOR, name, document).segment_id
            segments.publish(work, ACTOR, ids[name])
        made = (
            _journey(work, "新客", _newcomers(ids["buyers"], tag_id)),
            _journey(work, "每一单", _every_order()),
            _journey(work, "新朋友", _new_friends()),
            _journey(work, "老朋友", _old_friends()),
        )
        return Company(ids, made)


def _journey(work: UnitOfWork, name: str, document: Mapping[str, Any]) -> int:
    journey_id = create(work, ACTOR, name, document).journey_id
    publish(work, ACTOR, journey_id)
    return journey_id


def _message(
    key: str, title: str, following: str | None = None, purpose: str = "marketing", channel: str = "webhook"
) -> dict[str, Any]:
    body = f"{title}，请收下" if channel == "wecom" else "{{ name|朋友 }}，你好"  # one text is one task
    words = {"channel": channel, "title": title, "body": body, "purpose": purpose}
    return {"kind": "message", "key": key, "next": following, **words}


def _newcomers(buyers: int, tag_id: int) -> dict[str, Any]:
    """Thanks at once; a day later those who came again are asked to go on, the others are waited for."""
    ways = [{"key": "again", "name": "买过两次", "condition": _orders(2), "next": "again"}]
    order = {"event": "order_completed", "where": []}
    return {
        "triggers": [{"kind": "segment_entered", "segment_id": buyers, "include_members": True}],
        "start": "thanks",
        "nodes": [
            _message("thanks", THANKS, "day"),
            {"kind": "wait", "key": "day", "minutes": 24 * 60, "next": "which"},
            {"kind": "branch", "key": "which", "ways": ways, "otherwise": "until"},
            _message("again", AGAIN),
            {
                "kind": "wait_event",
                "key": "until",
                "event": order,
                "timeout_minutes": 2 * 24 * 60,
                "next": "tagged",
                "on_timeout": "missed",
            },
            {"kind": "tag", "key": "tagged", "add": [tag_id], "next": None},
            _message("missed", MISSED),
        ],
    }


def _every_order() -> dict[str, Any]:
    """A receipt for each order, as a service, by one of two ways."""
    arms = [{"key": name, "name": name, "weight": 1, "next": following} for name, following in _ARMS]
    return {
        "triggers": [{"kind": "event", "event": {"event": "order_completed", "where": []}}],
        "re_entry": {"mode": "after_end"},
        "start": "lot",
        "nodes": [
            {"kind": "split", "key": "lot", "arms": arms},
            {"kind": "wait", "key": "soon", "minutes": 30, "next": "receipt"},
            _message("receipt", RECEIPT, purpose="service"),
        ],
    }


_ARMS = (("now", "receipt"), ("later", "soon"))


def _new_friends() -> dict[str, Any]:
    """A present for whoever adds somebody of the staff for the first time, by a task that they confirm."""
    return {
        "triggers": [{"kind": "event", "event": {"event": "contact_added", "where": []}}],
        "start": "soon",
        "nodes": [
            {"kind": "wait", "key": "soon", "minutes": 45, "next": "present"},
            _message("present", FRIENDS, channel="wecom"),
        ],
    }


def _old_friends() -> dict[str, Any]:
    """And one for each order."""
    return {
        "triggers": [{"kind": "event", "event": {"event": "order_completed", "where": []}}],
        "re_entry": {"mode": "after_end"},
        "start": "present",
        "nodes": [_message("present", REGULARS, channel="wecom")],
    }
