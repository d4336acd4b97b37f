"""What the simulated company has designed: segments, and journeys that message those in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from siyu.assembly.installation import Installation
from siyu.assembly.simulation.office import ACTOR, CORP_ID, RESIGNS, TAG_BACK, join_office, tag_ids
from siyu.domain.contacts.reading import list_members
from siyu.domain.entries import service as entries
from siyu.domain.journeys import service as journeys_service
from siyu.domain.messages import reading as messages_reading
from siyu.domain.messages import service as messages
from siyu.domain.messages.contracts import ChannelRules, Limits, QuietHours, ReachRules
from siyu.domain.segments import service as segments
from siyu.engines.orchestration.publishing import create, publish, save
from siyu.platform.postgres.database import UnitOfWork

QUIET = QuietHours("21:00", "09:00")
RECENT_DAYS = 3
A_DAY_MOST, TEXTS_A_DAY_MOST, TEXTS_OF_ALL_MOST = 2, 1, 12
"""How many advertisements somebody gets in a day, how many of them as text messages, and how many of these the company sends."""
APPROVED_ABOVE = 3
"""A send to more people than this needs somebody else's word."""
LEAD_IDLE_DAYS = 1

THANKS, AGAIN, MISSED, RECEIPT = "谢谢光临", "再来一杯", "好久不见", "订单已收到"
FRIENDS, REGULARS, CARE, MORNING = "新朋友的礼物", "老朋友的礼物", "有什么可以帮您", "群里的早安"
ONCE_EACH = (THANKS, AGAIN, MISSED, FRIENDS, CARE)
"""Titles that nobody gets twice: their journey is never entered again."""


def _orders(least: int, days: int | None = None) -> dict[str, Any]:
    window = {"window": {"kind": "rolling", "most": {"amount": days, "unit": "day"}}} if days else {}
    return {"kind": "event", "event": "order_completed", "operator": "at_least", "value": least, **window}


SEGMENTS: Mapping[str, Mapping[str, Any]] = {
    "buyers": _orders(1),
    "regulars": _orders(2),
    "recent": _orders(1, RECENT_DAYS),
    "lookers": {"kind": "event", "event": "page_looked_at", "operator": "at_least", "value": 1},
}


@dataclass(frozen=True, slots=True)
class Company:
    """The ids of what was designed: segments by their names in SEGMENTS, journeys by theirs."""

    segments: Mapping[str, int]
    journeys: Mapping[str, int]


def found_company(installation: Installation) -> Company:
    """Joins the office in WeCom, and designs everything in one transaction."""
    join_office(installation)
    with installation.database.begin() as work:
        version = messages_reading.reach_rules(work).version
        texts = ChannelRules(limits=Limits(per_day=TEXTS_A_DAY_MOST), quota_per_day=TEXTS_OF_ALL_MOST)
        rules = ReachRules(Limits(per_day=A_DAY_MOST), {"sms": texts}, quiet=QUIET, approval_above=APPROVED_ABOVE)
        messages.set_rules(work, ACTOR, rules, version=version)
        entries.set_lead_rules(
            work, ACTOR, {"idle_days": LEAD_IDLE_DAYS, "protection_days": 1, "cool_days": 1}, version=0
        )
        tag_id = tag_ids(work)[TAG_BACK]
        ids: dict[str, int] = {}
        for name, document in SEGMENTS.items():
            ids[name] = segments.create(work, ACTOR, name, document).segment_id
            segments.publish(work, ACTOR, ids[name])
        gone = next(each.staff_id for each in list_members(work, ACTOR, CORP_ID) if each.userid == RESIGNS)
        documents = {
            NEWCOMERS: newcomers(ids["buyers"], tag_id),
            EVERY_ORDER: _every_order(),
            NEW_FRIENDS: _new_friends(),
            OLD_FRIENDS: _old_friends(),
            LOOKERS: _lookers(ids["lookers"], gone),
            GROUPS: _groups(),
        }
        return Company(ids, {name: _journey(work, name, document) for name, document in documents.items()})


NEWCOMERS, EVERY_ORDER, NEW_FRIENDS, OLD_FRIENDS = "新客", "每一单", "新朋友", "老朋友"
LOOKERS, GROUPS = "看过的人", "客户群"
LANE = "关怀"


def change_newcomers(work: UnitOfWork, company: Company) -> None:
    """Another version, to which those who are under way go over: their places have other numbers, one wait is another."""
    journey_id = company.journeys[NEWCOMERS]
    if journeys_service.get(work, ACTOR, journey_id).version == 1:
        save(work, ACTOR, journey_id, NEWCOMERS, newcomers(company.segments["buyers"], tag_ids(work)[TAG_BACK], 20))
        publish(work, ACTOR, journey_id)


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


def newcomers(buyers: int, tag_id: int, hours: int = 24) -> dict[str, Any]:
    """Thanks at once; after some hours those who came again are asked to go on, the others are waited for."""
    ways = [{"key": "again", "name": "买过两次", "condition": _orders(2), "next": "again"}]
    order = {"event": "order_completed", "where": []}
    wait = {"kind": "wait", "key": "day", "minutes": hours * 60, "next": "which"}
    until = {
        "kind": "wait_event",
        "key": "until",
        "event": order,
        "timeout_minutes": 2 * 24 * 60,
        "next": "tagged",
        "on_timeout": "missed",
    }
    nodes = [
        _message("thanks", THANKS, "day"),
        wait,
        {"kind": "branch", "key": "which", "ways": ways, "otherwise": "until"},
        _message("again", AGAIN),
        until,
        {"kind": "tag", "key": "tagged", "add": [tag_id], "next": None},
        _message("missed", MISSED),
    ]
    return {
        "triggers": [{"kind": "segment_entered", "segment_id": buyers, "include_members": True}],
        "start": "thanks",
        "lane": LANE,
        "priority": 7,
        "on_new_version": "move",
        "goals": [{"key": "again", "name": "又买了", "within_days": 30, "event": order}],
        "nodes": nodes if hours == 24 else nodes[::-1],
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


def _lookers(lookers: int, gone: int | None) -> dict[str, Any]:
    """A member of the staff talks to whoever looked around, or gives them to the pool, or to one who leaves before the end: a fault
    holds who comes to that node then. Who buys leaves, one way or another; so does who refuses."""
    arms = [{"key": name, "name": name, "weight": 1, "next": name} for name in ("talk", "pool", "gone")]
    order: dict[str, Any] = {"event": "order_completed", "where": []}
    refused: dict[str, Any] = {"event": "consent_withdrawn", "where": []}
    talk = {"kind": "task", "key": "talk", "title": "聊聊", "deadline_minutes": 16 * 60, "wait": True}
    return {
        "triggers": [{"kind": "segment_entered", "segment_id": lookers, "include_members": True}],
        "start": "soon",
        "lane": LANE,
        "priority": 3,
        "goals": [{"key": "bought", "name": "买了", "within_days": 30, "event": order, "leave": True}],
        "exits": [{"kind": "event", "event": refused}],
        "nodes": [
            {"kind": "wait", "key": "soon", "minutes": 6 * 60, "next": "lot"},
            {"kind": "split", "key": "lot", "arms": arms},
            {**talk, "next": "care", "on_expired": "pool"},
            {"kind": "hand_over", "key": "pool", "to": "pool", "next": "later"},
            {"kind": "hand_over", "key": "gone", "to": {"staff_id": gone}, "next": "later"},
            {"kind": "wait", "key": "later", "minutes": 12 * 60, "next": "care"},
            {**_message("care", CARE, channel="sms"), "fallbacks": ["webhook"], "fall_back_after_hours": 3},
        ],
    }


def _groups() -> dict[str, Any]:
    """Every group is wished a good morning."""
    return {
        "subject": "group",
        "targets": {"all": True},
        "triggers": [{"kind": "schedule", "at": "11:30", "starts_on": "2026-06-01", "ends_on": "2026-06-06"}],
        "re_entry": {"mode": "after_end"},
        "start": "morning",
        "nodes": [
            {"kind": "group_message", "key": "morning", "title": MORNING, "body": MORNING, "next": "rest"},
            {"kind": "wait", "key": "rest", "minutes": 60, "next": None},
        ],
    }
