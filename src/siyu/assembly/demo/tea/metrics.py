"""What the demo brand steers by: the metrics that Siyu brings along, a north star with targets, and rules that watch."""

from __future__ import annotations

from datetime import date, timedelta

from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import NewCost, NorthStar
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import UnitOfWork

ACTOR = system_actor("demo")
CURRENCY = "CNY"
STAR = "paid_fen"
TARGET_FEN = 3_000_000
WEEKS = 12
CHANNEL = "attribute:channel"
CHANNEL_FEN = 40_000
COST_DAYS = 90
COSTS = (
    ("抖音", "新品尝鲜", "门店探店短视频", 2_800),
    ("公众号", "开学季", "三杯套餐长文", 1_900),
    ("社群裂变", "老客回馈", "第二杯半价", 1_200),
    ("门店扫码", "开学季", "桌贴", 600),
)
"""Channel, campaign, content, and what they cost on a day, in fen."""


def steer(work: UnitOfWork, today: date) -> None:
    """Installs them, and says what the weeks around today are to come to."""
    made = {each.shown.key: each.metric_id for each in metrics.install_shipped(work, ACTOR, CURRENCY)}
    star = made[STAR]
    metrics.set_north_star(work, ACTOR, NorthStar(star, "week"))
    monday = today - timedelta(days=today.weekday())
    weeks = [monday + timedelta(weeks=n) for n in range(-WEEKS, 4)]
    metrics.set_targets(work, ACTOR, star, "week", dict.fromkeys(weeks, TARGET_FEN))
    metrics.create_rule(work, ACTOR, star, "day", "fell", 30)
    metrics.create_rule(work, ACTOR, made["unsubscribed"], "day", "above", 5)
    metrics.create_rule(work, ACTOR, star, "week", "fell", 30, dimension=CHANNEL)
    metrics.create_rule(work, ACTOR, made["orders"], "day", "changed", 30, dimension=CHANNEL)
    for week in weeks:
        metrics.set_target(work, ACTOR, star, "week", week, CHANNEL_FEN, dimension=CHANNEL, member=COSTS[0][0])
    _spend(work, today)


def _spend(work: UnitOfWork, today: date) -> None:
    """What was spent in the last months. Nobody spends everywhere every day."""
    lines = [
        NewCost(f"{n}:{place}", today - timedelta(days=n), fen + 20 * ((n * 7 + place * 13) % 40), *words)
        for n in range(COST_DAYS)
        for place, (*words, fen) in enumerate(COSTS)
        if (n + place) % 3 == 0
    ]
    metrics.record_costs(work, ACTOR, "广告账户", lines)
