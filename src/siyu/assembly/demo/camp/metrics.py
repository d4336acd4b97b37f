"""What the course brand steers by: people who consume content on a day, targets, rules that watch, and what was spent."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from siyu.assembly.demo.brand import ACTOR
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import NewCost, NorthStar
from siyu.platform.postgres.database import UnitOfWork
from siyu.world.population.camp.brand import SOURCES
from siyu.world.population.camp.catalogue import (
    ARTICLE_READ,
    CONTENT,
    LESSON_FINISHED,
    LESSON_OPENED,
    LIVE_JOINED,
    VIDEO_WATCHED,
)

CURRENCY: Final = "CNY"
STAR: Final = "content_people"
CHANNEL: Final = "attribute:channel"
WEEKS: Final = 12
COST_DAYS: Final = 90
A_DAY_FEN: Final = {
    "抖音": 320_000,
    "视频号": 180_000,
    "小红书": 110_000,
    "公众号文章": 60_000,
    "直播间": 90_000,
    "朋友推荐": 30_000,
}
"""What is spent on an average day for 20,000 customers in 90 days; for fewer it is less."""
USUAL_CUSTOMERS: Final = 20_000
STAR_SHARE: Final = 0.024
"""Of all customers, how many are to consume content on a day."""


def _people(
    key: str, zh: str, en: str, *events: str, where: list[dict[str, Any]] | None = None, split: str | None = None
) -> dict[str, Any]:
    found = [{"event": event, "where": where or []} for event in sorted(events)]
    of = {"kind": "events", "events": found, "measure": "people"}
    return {"key": key, "zh": zh, "en": en, "of": of, "unit": "people", "split": split}


def steer(work: UnitOfWork, today: date, customers: int) -> dict[str, int]:
    """Installs the shipped metrics and the camp's own, and says what the weeks around today are to come to; {key: id}."""
    made = {each.shown.key: each.metric_id for each in metrics.install_shipped(work, ACTOR, CURRENCY)}
    for document in _own():
        created = metrics.create_metric(work, ACTOR, document)
        made[document["key"]] = metrics.publish_metric(work, ACTOR, created.metric_id).metric_id
    star = made[STAR]
    metrics.set_north_star(work, ACTOR, NorthStar(star, "day"))
    days = [today + timedelta(days=n) for n in range(-28, 15)]
    metrics.set_targets(work, ACTOR, star, "day", dict.fromkeys(days, max(1, round(customers * STAR_SHARE))))
    metrics.create_rule(work, ACTOR, star, "day", "fell", 30)
    metrics.create_rule(work, ACTOR, made["unsubscribed"], "day", "above", max(5, customers // 800))
    metrics.create_rule(work, ACTOR, star, "week", "fell", 30, dimension=CHANNEL)
    metrics.create_rule(work, ACTOR, made["camp_payers"], "day", "changed", 30, dimension=CHANNEL)
    _spend(work, today, customers)
    return made


def _own() -> list[dict[str, Any]]:
    camp = [{"property": "total_fen", "operator": "is", "value": 100}]
    course = [{"property": "total_fen", "operator": "at_least", "value": 198_000}]
    return [
        _people("students", "学课人数", "People who took lessons", LESSON_OPENED, LESSON_FINISHED),
        _people("article_readers", "读文章的人数", "People who read articles", ARTICLE_READ),
        _people(
            "watchers", "看直播与视频的人数", "People who watched live shows or videos", LIVE_JOINED, VIDEO_WATCHED
        ),
        # what somebody does twice on a day stands beside the split
        _people(
            STAR,
            "每日消费内容的人数",
            "People who consumed content",
            *CONTENT,
            split="students + article_readers + watchers",
        ),
        _people("camp_payers", "付 1 元的人数", "People who paid one yuan", "order_paid", where=camp),
        _people("learners", "开课人数", "People who opened a lesson", "lesson_opened"),
        _people("checkers", "打卡人数", "People who checked in", "checked_in"),
        _people("course_buyers", "买正价课的人数", "People who bought the course", "order_paid", where=course),
        {
            "key": "upgrade_rate",
            "zh": "正价转化率",
            "en": "Upgrade rate",
            "of": {"kind": "formula", "text": "course_buyers / camp_payers"},
            "unit": "ratio",
        },
    ]


def _spend(work: UnitOfWork, today: date, customers: int) -> None:
    """What was spent in the last months. Nobody spends everywhere every day."""
    share = customers / USUAL_CUSTOMERS
    lines = [
        NewCost(
            f"{n}:{place}",
            today - timedelta(days=n),
            max(100, round(A_DAY_FEN[source.name] * share * (0.8 + 0.05 * ((n * 7 + place * 3) % 9)))),
            source.name,
            source.campaign,
            source.contents[n % len(source.contents)],
        )
        for n in range(COST_DAYS)
        for place, source in enumerate(SOURCES.values())
        if (n + place) % 4
    ]
    metrics.record_costs(work, ACTOR, "广告账户", lines)
