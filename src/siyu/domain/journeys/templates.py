"""Journeys to begin with: a goal, the days to it, and what is said and done on each. Pure.

Each is a plan of days (see `sop`), whose words and times are made one's own after it was created. What only the company can
know, like the segment that it begins with, is asked for then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from siyu.domain.journeys.sop import Beat, laid_out
from siyu.domain.journeys.templates_newcomers import CAMP, NEW_FRIEND
from siyu.domain.journeys.templates_regulars import BIRTHDAY, GROUP, MOMENTS, REPURCHASE, SLEEPERS
from siyu.domain.journeys.templates_shapes import Act, JourneyTemplate, TemplateAsk
from siyu.kernel.errors import InvalidError, NotFoundError

__all__ = ["Act", "JourneyTemplate", "TemplateAsk", "template_document", "templates"]

Language = Literal["zh", "en"]
_TEMPLATES: Final = (NEW_FRIEND, CAMP, SLEEPERS, BIRTHDAY, REPURCHASE, GROUP, MOMENTS)
_BY_KEY: Final[Mapping[str, JourneyTemplate]] = {each.key: each for each in _TEMPLATES}


@dataclass(frozen=True, slots=True)
class TemplateAnswers:
    """What the company says of a template that it takes: whose entering begins it, and by which channel messages go."""

    segment_id: int | None = None
    channel: str = "wecom"


def templates() -> Sequence[JourneyTemplate]:
    """All of them, in the order they are shown."""
    return _TEMPLATES


def template_document(key: str, language: Language = "zh", answers: TemplateAnswers | None = None) -> dict[str, Any]:
    """The document of a journey of that kind. Without `answers` it is one to look at, whose segment stands for one still to be
    chosen (0); with them InvalidError says what is missing."""
    template = _BY_KEY.get(key)
    if template is None:
        raise NotFoundError(f"There is no template “{key}”.")
    if answers is not None and "segment_id" in template.asks and answers.segment_id is None:
        raise InvalidError("Choose the segment that it begins with.", field="segment_id")
    given = answers or TemplateAnswers(segment_id=0)
    n = 0 if language == "zh" else 1
    nodes = laid_out(
        [
            Beat(
                beat.day, beat.at, [_node(act, number, place, given.channel, n) for place, act in enumerate(beat.acts)]
            )
            for number, beat in enumerate(template.beats)
        ]
    )
    return {
        "subject": template.subject,
        "targets": None if template.subject == "customer" else {"all": True},
        "triggers": [_trigger(template, given)],
        "nodes": nodes,
        "start": nodes[0]["key"],
        "goals": [_goal(template, n)] if template.goal_event else [],
        "exits": [],
        "re_entry": {
            "mode": "after_end" if template.may_come_again else "never",
            "after_days": 30 if template.may_come_again else 0,
            "times_max": None,
        },
        "lane": None,
        "priority": 5,
        "hold_out": 0,
        "on_new_version": "keep",
        "layout": {},
        "goal_text": template.goal[n],
    }


def _trigger(template: JourneyTemplate, answers: TemplateAnswers) -> dict[str, Any]:
    match template.begins:
        case "segment":
            return {"kind": "segment_entered", "segment_id": answers.segment_id, "include_members": False}
        case "birthday":
            return {
                "kind": "date",
                "attribute": "birthday",
                "days": -3,
                "at": "10:00",
                "yearly": True,
                "segment_id": None,
            }
        case "by_hand":
            return {"kind": "by_hand"}
        case event:
            return {"kind": "event", "event": {"event": event, "where": []}}


def _goal(template: JourneyTemplate, n: int) -> dict[str, Any]:
    return {
        "key": "goal",
        "name": template.goal_name[n],
        "event": {"event": template.goal_event, "where": []},
        "segment_id": None,
        "within_days": template.goal_days,
        "leave": template.goal_leaves,
    }


def _node(act: Act, beat: int, place: int, channel: str, n: int) -> dict[str, Any]:
    key = f"{act.kind}_{beat + 1}" if place == 0 else f"{act.kind}_{beat + 1}_{place + 1}"
    node: dict[str, Any] = {"key": key, "name": act.name[n], "kind": act.kind}
    match act.kind:
        case "message":
            return node | {
                "channel": channel,
                "fallbacks": [],
                "fall_back_after_hours": None,
                "title": act.name[n],
                "body": act.text[n],
                "link_url": None,
                "attachments": [],
                "overrides": {},
                "purpose": "service" if act.is_service else "marketing",
                "persona_id": None,
                "expires_after_hours": None,
                "experiment_id": None,
                "variants": [],
            }
        case "task":
            return node | {
                "title": act.name[n],
                "script": act.text[n],
                "script_id": None,
                "deadline_minutes": act.deadline_minutes,
                "to": "keeper",
                "wait": False,
                "on_expired": None,
            }
        case "group_message":
            return node | {"title": act.name[n], "body": act.text[n], "link_url": None, "attachments": []}
        case "moment":
            return node | {"body": act.text[n], "link_url": None, "attachments": []}
