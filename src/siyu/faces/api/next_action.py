"""The next best action: what helps most with a customer now, why, and what to say."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.domain.content.contracts import Script
from siyu.engines.advising.looking import known_of, scripts_for
from siyu.engines.advising.rules import advise
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, ReadOnly

router = APIRouter(prefix="/api", tags=["tasks"])


class HelpfulScript(BaseModel):
    """A script for what is to be said."""

    script_id: int
    name: str
    text: str


class NextAction(BaseModel):
    """A step and why, in Chinese and in English. `act`: what a click does: open the task, write a follow-up, take the lead, or
    talk; `ref` is the task or the lead."""

    kind: str
    act: Literal["open_task", "follow_up", "claim", "talk"]
    title_zh: str
    title_en: str
    reason_zh: str
    reason_en: str
    ref: int | None
    scripts: list[HelpfulScript]


class NextActions(BaseModel):
    """The step that helps most first; none where nothing is known that asks for one."""

    rows: list[NextAction]


@router.get("/customers/{customer_id}/next-action", summary="What to do next about a customer")
def get_next_action(
    actor: CurrentActor, context: Context, columns: ColumnsClient, reading: ReadOnly, customer_id: Id
) -> NextActions:
    """Made of what is known now: tasks, promises, the lead, orders, coupons, the birthday, the estimate of lapse."""
    actor.require("tasks.read")
    zone = context.settings.zone
    advices = advise(known_of(reading, columns, actor, customer_id, zone))
    scripts = scripts_for(reading, actor, advices, zone)
    return NextActions(
        rows=[
            NextAction(
                kind=each.kind.value,
                act=each.act,
                title_zh=each.title_zh,
                title_en=each.title_en,
                reason_zh=each.reason_zh,
                reason_en=each.reason_en,
                ref=each.ref,
                scripts=[
                    HelpfulScript(script_id=found.definition_id, name=found.name, text=found.latest.text)
                    for found in scripts.get(each.stage, [])
                    if isinstance(found.latest, Script)
                ],
            )
            for each in advices
        ]
    )
