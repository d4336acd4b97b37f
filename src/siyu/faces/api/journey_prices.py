"""What a journey costs before it is published, and what an edit would have changed last month."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter
from pydantic import BaseModel

from siyu.assembly.foreseeing import pricing_of, targets_of
from siyu.domain.definitions import service as definitions
from siyu.domain.journeys import service
from siyu.domain.journeys.contracts import JOURNEY_KIND, Replay, document_of
from siyu.domain.messages import reading as messages
from siyu.engines.orchestration import publishing
from siyu.engines.orchestration.pricing import DAYS, TASK_SECONDS, Price, priced
from siyu.faces.api.access import ColumnsClient, Context, CurrentActor, Id, ReadOnly, Work
from siyu.platform.postgres.database import Reading

router = APIRouter(prefix="/api/journeys", tags=["journeys"])


class PricedNode(BaseModel):
    """How many people come to a node in these days; a mean."""

    key: str
    passed: float


class PricedChannel(BaseModel):
    """What goes out by a channel, and what that costs."""

    channel: str
    messages: float
    cost_fen: float


class PricedWays(BaseModel):
    """How people part at a node: which share takes each way out, and where that number comes from: who fulfils the conditions now
    (`audience`), the last 30 days (`past`), the weights (`weights`), or nothing better (`guess`)."""

    key: str
    shares: list[float]
    source: Literal["audience", "past", "weights", "guess"]


class PricedLosses(BaseModel):
    """How many customers it may lose, by one's own log: `lost` of them left within three days after one of the `messages` of the
    last 90 days. `expected` is null where the log tells too little."""

    messages: int
    lost: int
    expected: float | None


class PricedCaps(BaseModel):
    """How many messages one person may get by the company's rules; null where there is no limit."""

    per_day: int | None
    per_week: int | None
    per_month: int | None


class JourneyPrice(BaseModel):
    """What a journey would come to in the next `days` if it were published now. Numbers are means. `sources`: where the number of
    people comes from, trigger by trigger. `is_whole`: false where it moves too often to be followed to the end."""

    days: int
    version: int | None
    is_draft: bool
    now: float
    per_day: float
    sources: list[Literal["log", "attribute", "schedule", "targets", "by_hand", "none"]]
    ways: list[PricedWays]
    nodes: list[PricedNode]
    channels: list[PricedChannel]
    cost_fen: float
    tasks: float
    minutes_per_task: int
    confirmations: float
    staff_minutes: float
    group_messages: float
    moments: float
    coupons: float
    most: int
    most_in_30: int
    caps: PricedCaps
    losses: PricedLosses | None
    is_whole: bool


class ReplayAsked(BaseModel):
    """The edited document; null: as it was saved last."""

    definition: dict[str, Any] | None = None


class ReplayedNumbers(BaseModel):
    """What a document would have come to. `passed`: how often each node was done; `goals`: how many people reached each;
    `spread`: how many got 0, 1, 2 … messages, the last place holds those who got more."""

    people: int
    entries: int
    passed: dict[str, int]
    goals: dict[str, int]
    messages: int
    most: int
    spread: list[int]


class ReplayResult(BaseModel):
    """The draft beside the version in force, over the same people. `candidates` were called by any trigger, `sampled` of them were
    walked; shares may be off by `error_percent` (19 times of 20). `newly` and `no_longer`: who would get messages and did not, and
    the other way round."""

    since: datetime
    until: datetime
    candidates: int
    sampled: int
    error_percent: float
    newly: int | None
    no_longer: int | None
    draft: ReplayedNumbers
    in_force: ReplayedNumbers | None


class JourneyReplay(BaseModel):
    """A replay and how far it is; `replay_id` is null where nobody asked for one."""

    replay_id: int | None
    state: Literal["none", "waiting", "running", "done", "failed"]
    against_version: int | None
    done: int
    steps: int
    fault_code: str | None
    asked_at: datetime | None
    result: ReplayResult | None


@router.get("/{journey_id}/price", summary="What a journey costs")
def price_journey(
    actor: CurrentActor,
    context: Context,
    columns: ColumnsClient,
    reading: ReadOnly,
    journey_id: Id,
    which: Literal["draft", "in_force"] = "draft",
) -> JourneyPrice:
    """Of the draft, where there is one and nothing is wrong with it; else of the version in force. Nothing is counted on anybody
    for it."""
    actor.require("journeys.read")
    found = definitions.get(reading, actor, journey_id, JOURNEY_KIND)
    is_draft = found.draft is not None and which == "draft"
    document = found.document or found.latest
    if is_draft:
        document = document_of(publishing.sound_draft(reading, actor, journey_id))
    args = (context.settings, context.database, columns, context.secret_key, reading, actor)
    with pricing_of(*args) as pricing:
        price = priced(pricing, document, targets=targets_of(reading, document), is_new=found.version is None)
    return _price(reading, price, found.version, is_draft=is_draft)


@router.post("/{journey_id}/replays", summary="Try an edited journey on last month", status_code=202)
def ask_journey_replay(actor: CurrentActor, work: Work, journey_id: Id, asked: ReplayAsked) -> JourneyReplay:
    """It is walked in the background, beside the version in force, with no effect on anybody."""
    actor.require("journeys.write")
    return _replay(service.ask_replay(work, actor, journey_id, asked.definition))


@router.get("/{journey_id}/replays/latest", summary="What an edit would have changed last month")
def get_journey_replay(actor: CurrentActor, reading: ReadOnly, journey_id: Id) -> JourneyReplay:
    definitions.get(reading, actor, journey_id, JOURNEY_KIND)
    return _replay(service.get_replay(reading, actor, journey_id))


def _price(reading: Reading, price: Price, version: int | None, *, is_draft: bool) -> JourneyPrice:
    caps = messages.reach_rules(reading).rules.limits
    return JourneyPrice(
        days=DAYS,
        version=version,
        is_draft=is_draft,
        now=price.now,
        per_day=price.per_day,
        sources=list(price.sources),
        ways=[PricedWays(key=each.key, shares=list(each.shares), source=each.source) for each in price.parted],
        nodes=[PricedNode(key=key, passed=count) for key, count in price.passed.items()],
        channels=[
            PricedChannel(channel=each.channel, messages=each.messages, cost_fen=each.cost_fen)
            for each in price.channels
        ],
        cost_fen=sum(each.cost_fen for each in price.channels),
        tasks=price.tasks,
        minutes_per_task=TASK_SECONDS // 60,
        confirmations=price.confirmations,
        staff_minutes=(price.task_seconds + price.confirmation_seconds) / 60,
        group_messages=price.group_messages,
        moments=price.moments,
        coupons=price.coupons,
        most=price.most,
        most_in_30=price.most_in_30,
        caps=PricedCaps(per_day=caps.per_day, per_week=caps.per_week, per_month=caps.per_month),
        losses=PricedLosses(messages=price.losses.messages, lost=price.losses.lost, expected=price.lost)
        if price.losses is not None
        else None,
        is_whole=price.is_whole,
    )


def _replay(replay: Replay | None) -> JourneyReplay:
    if replay is None:
        return JourneyReplay(
            replay_id=None,
            state="none",
            against_version=None,
            done=0,
            steps=0,
            fault_code=None,
            asked_at=None,
            result=None,
        )
    return JourneyReplay(
        replay_id=replay.replay_id,
        state=replay.state,
        against_version=replay.against_version,
        done=replay.done,
        steps=replay.steps,
        fault_code=replay.fault_code,
        asked_at=replay.asked_at,
        result=ReplayResult.model_validate(replay.result) if replay.result is not None else None,
    )
