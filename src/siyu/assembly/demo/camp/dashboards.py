"""What the course brand looks at every morning: a dashboard for all, a report of it, and SQL that somebody kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from siyu.assembly.demo.brand import ACTOR
from siyu.domain.company import service as company
from siyu.domain.metrics import reading as metrics_reading
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import Place, QuestionCard
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork

FUNNEL: Final = {
    "kind": "funnel",
    "steps": [
        {"events": [{"event": "page_viewed"}]},
        {"events": [{"event": "order_paid", "where": [{"property": "total_fen", "operator": "is", "value": 100}]}]},
        {"events": [{"event": "lesson_opened"}]},
        {"events": [{"event": "order_paid", "where": [{"property": "total_fen", "operator": "is", "value": 198_000}]}]},
    ],
    "window": {"amount": 30, "unit": "day"},
    "period": {"kind": "last", "amount": 60, "unit": "day"},
}
LESSONS: Final = """SELECT properties.day AS day, uniq(e.customer_id) AS people, avg(toFloat64OrNull(properties.seconds)) AS seconds
FROM events AS e
WHERE e.name = 'lesson_finished' AND occurred_at >= now() - INTERVAL 30 DAY
GROUP BY day
ORDER BY day"""


def lay_out(work: UnitOfWork) -> None:
    """Makes them, over the metrics that are in force."""
    ids = {key: each.metric_id for key, each in metrics_reading.live_metrics(work).items()}
    template = next(each for each in metrics_reading.TEMPLATES if each.key == "aarrr")
    question = metrics.create_question(work, ACTOR, "看内容到买正价课", FUNNEL)
    made = metrics_reading.from_template(template, ids, "zh")
    below = max(card.place.y + card.place.h for card in made.cards)
    funnel = QuestionCard("funnel", Place(0, below, 12, 6), question.question_id)
    shown = replace(made, cards=(*made.cards, funnel), shared="all")
    board = metrics.create_dashboard(work, ACTOR, "训练营早会", metrics_reading.dashboard_document(shown))
    staff = company.list_staff(work, ACTOR, PageRequest()).rows
    report = {
        "of": {"kind": "dashboard", "dashboard_id": board.dashboard_id},
        "when": {"kind": "week", "at": "09:00", "weekday": 1},
        "to": [each.staff_id for each in staff[:1]],
    }
    metrics.create_report(work, ACTOR, "每周一早会", report)
    metrics.create_statement(work, ACTOR, "近 30 天各天完课人数", LESSONS)
