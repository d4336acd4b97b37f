"""What the demo brand looks at every morning: a dashboard for all, a report of it, and SQL that somebody kept."""

from __future__ import annotations

from dataclasses import replace

from siyu.domain.company import service as company
from siyu.domain.metrics import reading as metrics_reading
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import Place, QuestionCard
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork

ACTOR = system_actor("demo")
FUNNEL = {
    "kind": "funnel",
    "steps": [{"events": [{"event": "page_viewed"}]}, {"events": [{"event": "order_paid"}]}],
    "window": {"amount": 7, "unit": "day"},
    "period": {"kind": "last", "amount": 30, "unit": "day"},
}
BUYERS = """SELECT c.attributes.city AS city, count() AS orders, sum(properties.total_fen) / 100 AS yuan
FROM events AS e JOIN customers AS c ON e.customer_id = c.customer_id
WHERE e.name = 'order_paid' AND occurred_at >= now() - INTERVAL 30 DAY
GROUP BY city
ORDER BY yuan DESC"""


def lay_out(work: UnitOfWork) -> None:
    """Makes them, over the metrics that are in force."""
    ids = {key: each.metric_id for key, each in metrics_reading.live_metrics(work).items()}
    template = next(each for each in metrics_reading.TEMPLATES if each.key == "morning")
    question = metrics.create_question(work, ACTOR, "浏览到支付", FUNNEL)
    made = metrics_reading.from_template(template, ids, "zh")
    below = max(card.place.y + card.place.h for card in made.cards)
    funnel = QuestionCard("funnel", Place(0, below, 12, 6), question.question_id)
    shown = replace(made, cards=(*made.cards, funnel), shared="all")
    document = metrics_reading.dashboard_document(shown)
    board = metrics.create_dashboard(work, ACTOR, template.zh, document)
    staff = company.list_staff(work, ACTOR, PageRequest()).rows
    report = {
        "of": {"kind": "dashboard", "dashboard_id": board.dashboard_id},
        "when": {"kind": "week", "at": "09:00", "weekday": 1},
        "to": [each.staff_id for each in staff[:1]],
    }
    metrics.create_report(work, ACTOR, "每周一早会", report)
    metrics.create_statement(work, ACTOR, "近 30 天各城市订单", BUYERS)
