"""Alerts posted to addresses of the company's own: each until it is taken, by whoever runs the job; the lot is taken one by one."""

from __future__ import annotations

from collections.abc import Mapping

from siyu.domain.metrics import service
from siyu.domain.metrics.contracts import AlertPoster, Post
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import Database


def post_alerts(database: Database, poster: AlertPoster, actor: Actor) -> int:
    """Posts what waits; how many were taken. One that dies in the middle posts again under the same key."""
    with database.begin() as work:
        waiting = service.claim_posts(work, actor)
    taken = 0
    for each in waiting:
        posted = poster.post(each.url, f"metric_alert:{each.alert.alert_id}", document_of(each))
        with database.begin() as work:
            service.record_posted(work, actor, each, posted)
        taken += posted.is_taken
    return taken


def document_of(post: Post) -> Mapping[str, object]:
    """What is posted: the same for every try."""
    alert = post.alert
    return {
        "kind": "metric_alert",
        "alert_id": alert.alert_id,
        "rule_id": alert.rule_id,
        "metric": post.key,
        "grain": alert.grain,
        "starts_on": alert.starts_on.isoformat(),
        "trigger": alert.trigger,
        "threshold": alert.threshold,
        "value": alert.value,
        "usual": alert.usual,
        "dimension": alert.dimension,
        "member": alert.member,
        "alerted_at": alert.alerted_at.isoformat(),
    }
