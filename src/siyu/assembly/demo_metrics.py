"""What the demo brand steers by: the metrics that Siyu brings along, a north star with targets, and rules that watch."""

from __future__ import annotations

from datetime import date, timedelta

from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import NorthStar
from siyu.kernel.actors import system_actor
from siyu.platform.postgres.database import UnitOfWork

ACTOR = system_actor("demo")
CURRENCY = "CNY"
STAR = "paid_fen"
TARGET_FEN = 3_000_000
WEEKS = 12


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
