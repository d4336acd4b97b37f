"""Reports that are due go out: each to each receiver once, with the numbers that they may see themselves; a job.

A delivery is taken in one transaction, sent, and ended in another. Whoever dies in between leaves one that may have arrived, and it
is never sent again; one that surely did not arrive is tried again with growing pauses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from siyu.domain.company import reading as company
from siyu.domain.company.contracts import Letter, PostDelayedError, PostRefusedError, Staff, StaffPost
from siyu.domain.metrics import service as metrics
from siyu.domain.metrics.contracts import Dashboard, DashboardOfReport, Place, QuestionCard
from siyu.domain.metrics.reading import Delivery, DeliveryState, SavedReport
from siyu.engines.insight.exports.cards import Asker, CardFound, QuestionFound, SeriesFound, ask_cards, labels_in
from siyu.engines.insight.reports.letters import Heading, letter_of
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import BusyError, NotFoundError, SiyuError
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsUnavailableError
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, Reading

ACTOR = system_actor("insight")
AT_ONCE_MAX = 500
"""Deliveries of one go of the job; the next one goes on."""
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Office:
    """Where numbers come from, and the ways by which letters go: `posts` by the names that reports call them."""

    database: Database
    columns: Columns
    zone: ZoneInfo
    posts: Mapping[str, StaffPost]
    brand: str
    base_url: str


def send_reports(office: Office) -> int:
    """Begins the runs that are due and sends what waits; gives how many letters went out."""
    with office.database.begin() as work:
        metrics.begin_runs(work, ACTOR, office.zone)
    sent = 0
    for _ in range(AT_ONCE_MAX):
        with office.database.begin() as work:
            delivery = metrics.claim_delivery(work, ACTOR)
        if delivery is None:
            break
        state, fault = _deliver(office, delivery)
        with office.database.begin() as work:
            metrics.end_delivery(work, ACTOR, delivery, state, fault)
        sent += state == "sent"
    return sent


def _deliver(office: Office, delivery: Delivery) -> tuple[DeliveryState, str]:
    try:
        found = _letter(office, delivery)
    except (BusyError, ColumnsUnavailableError) as error:
        return "waiting", error.code
    except SiyuError as error:
        return "failed", error.code
    except Exception as error:
        log.error("report_failed", report_id=delivery.report_id, exc_info=error)
        return "waiting", "unexpected"
    post, reader, letter = found
    if post is None:
        return "failed", "no_channel"
    try:
        post.post(reader, letter)
    except PostDelayedError as error:
        return "waiting", error.code
    except PostRefusedError as error:
        return "failed", error.code
    except Exception as error:
        log.error("report_lost", report_id=delivery.report_id, exc_info=error)
        return "unknown", "lost"
    return "sent", ""


def _letter(office: Office, delivery: Delivery) -> tuple[StaffPost | None, Staff, Letter]:
    with office.database.read() as reading:
        saved = metrics.get_report(reading, ACTOR, delivery.report_id)
        found = company.find_reader(reading, delivery.staff_id)
        if found is None:
            raise NotFoundError(f"Staff {delivery.staff_id}.")
        reader, actor = found
        title, dashboard, link = _shown(reading, saved, actor)
    asker = Asker(office.database, office.columns, office.zone, actor)
    cards = ask_cards(asker, dashboard)
    labels = {card.card.key: _labels(office, card) for card in cards}
    heading = Heading(
        key=f"report:{delivery.run_id}:{delivery.staff_id}",
        title=title,
        brand=office.brand,
        as_of=office.database.clock.now(),
        zone=office.zone,
        link=f"{office.base_url}{link}",
        language=saved.report.language,
    )
    return office.posts.get(saved.report.by), reader, letter_of(heading, cards, labels)


def _shown(reading: Reading, saved: SavedReport, actor: Actor) -> tuple[str, Dashboard, str]:
    """The name, the cards and the page of what a report tells; a question is a dashboard of one card."""
    of = saved.report.of
    if isinstance(of, DashboardOfReport):
        found = metrics.get_dashboard(reading, actor, of.dashboard_id)
        return saved.name, found.dashboard, f"/dashboards/{of.dashboard_id}"
    card = QuestionCard("question", Place(0, 0, 12, 4), of.question_id)
    question = metrics.get_question(reading, actor, of.question_id).question
    return saved.name, Dashboard((card,)), f"/insight/{question.kind}"


def _labels(office: Office, card: CardFound) -> Mapping[str, str]:
    if not isinstance(card.found, QuestionFound | SeriesFound):
        return {}
    with office.database.read() as reading:
        return labels_in(reading, card.found, getattr(card.card, "breakdown", None))
