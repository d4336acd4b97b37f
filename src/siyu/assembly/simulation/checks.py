"""What must hold after a run, whatever went wrong in it: the books against what people themselves remember."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from siyu.assembly.simulation.channel_checks import channel_faults
from siyu.assembly.simulation.company import NEW_FRIENDS, NEWCOMERS, RECENT_DAYS, Company
from siyu.assembly.simulation.filing_checks import FEN_ON_PAPER, ORDERS_ON_PAPER, filing_faults
from siyu.assembly.simulation.forgetting_checks import forgetting_faults
from siyu.assembly.simulation.gate_checks import gate_faults
from siyu.assembly.simulation.journey_checks import arithmetic_faults
from siyu.assembly.simulation.message_checks import arrivals_of, kept_messages, message_faults
from siyu.assembly.simulation.people import Deed
from siyu.assembly.simulation.simulated import Simulated
from siyu.assembly.simulation.staff_checks import staff_faults
from siyu.assembly.simulation.wecom_checks import wecom_faults
from siyu.assembly.simulation.whose import Whose, customers_of
from siyu.domain.contacts.contracts import CONTACT_ADDED
from siyu.domain.messages.contracts import MESSAGE_REQUESTED
from siyu.domain.segments import reading as segments
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.reading import ANY_NAME, Stretch, head_position, read_events
from siyu.platform.postgres.database import Database, Reading


def find_faults(found: Simulated, database: Database, columns: Columns, zone: ZoneInfo) -> list[str]:
    """A sentence for each thing that does not hold; empty where all does."""
    company = found.company
    if company is None:
        return ["No company was founded."]
    everything = list(found.acknowledged.values())
    deeds = [deed for deed in everything if deed.user_id not in found.gone]
    with database.read() as reading:
        kept = kept_messages(reading)
        return [
            *(f"A loop failed: {failure}" for failure in found.failures),
            *_log_faults(reading, columns, deeds, everything),
            *_order_faults(reading, everything),
            *_segment_faults(reading, company, deeds, found.clock.now()),
            *_journey_faults(reading, company, everything),
            *_friend_faults(reading, company),
            *arithmetic_faults(reading),
            *_request_faults(reading),
            *message_faults(reading, found),
            *gate_faults(reading, found, zone),
            *channel_faults(found, kept, Whose.of(reading), zone),
            *staff_faults(reading, deeds, found.clock.now(), is_anybody_gone=bool(found.forgotten)),
            *filing_faults(reading),
            *forgetting_faults(reading, columns, found, arrivals_of(found, kept)),
            *wecom_faults(reading, found),
        ]


def _log_faults(
    reading: Reading, columns: Columns, deeds: Collection[Deed], everything: Collection[Deed]
) -> Iterator[str]:
    """Every acknowledged event is in the log once, and in the columns as often as in the log. Of deeds that were erased it may tell
    nothing."""
    head = head_position(reading.driver)
    events = read_events(reading.driver, Stretch(0, head, 0), [ANY_NAME])
    told = Counter(event.properties.get("deed") for event in events)
    for deed in deeds:
        if deed.is_event and told[deed.number] != 1:
            yield f"Deed {deed.number} ({deed.name}) stands {told[deed.number]} times in the log."
    unknown = {number for number in told if number is not None} - {deed.number for deed in everything}
    if unknown:
        yield f"The log tells of deeds that nobody did: {sorted(unknown)[:5]}."
    twice = [event_id for event_id, count in Counter(event.event_id for event in events).items() if count > 1]
    if twice:
        names = sorted({event.name for event in events if event.event_id in twice})
        yield f"{len(twice)} event ids stand twice in the log, of {names}."
    projected = int(columns.query("SELECT count() FROM events")[0][0])
    if projected != len(events):
        yield f"The columns hold {projected} events, the log {len(events)}."


def _order_faults(reading: Reading, deeds: Collection[Deed]) -> Iterator[str]:
    """Orders and money are what people paid, here and on paper."""
    row = reading.driver.execute("SELECT count(*), coalesce(sum(total_fen), 0) FROM orders.orders").fetchone()
    paid = [deed for deed in deeds if deed.name == "order_completed"]
    expected = (len(paid) + ORDERS_ON_PAPER, sum(deed.fen for deed in paid) + FEN_ON_PAPER)
    if row is None or (int(row[0]), int(row[1])) != expected:
        yield f"(orders, fen) are {row}, people paid {expected}."


def _segment_faults(reading: Reading, company: Company, deeds: Collection[Deed], now: datetime) -> Iterator[str]:
    """Those are in a segment whose own deeds say so."""
    since = {"buyers": None, "regulars": None, "recent": now - timedelta(days=RECENT_DAYS), "lookers": None}
    least = {"buyers": 1, "regulars": 2, "recent": 1, "lookers": 1}
    customer_of = customers_of(reading)
    for name, segment_id in company.segments.items():
        from_at, wanted = since[name], "page_looked_at" if name == "lookers" else "order_completed"
        counts = Counter(
            deed.user_id for deed in deeds if deed.name == wanted and (from_at is None or deed.at > from_at)
        )
        expected = {customer_of[user_id] for user_id, count in counts.items() if count >= least[name]}
        members = {int(member) for member in segments.members_of(reading, segment_id)}
        if members != expected:
            yield f"Segment {name}: {sorted(members - expected)} too many, {sorted(expected - members)} missing."


def _journey_faults(reading: Reading, company: Company, deeds: Collection[Deed]) -> Iterator[str]:
    """Everybody who should came in, once where once was meant; all have come to an end, which the log tells."""
    rows = reading.driver.execute(
        "SELECT journey_id, state, count(*) FROM journeys.entries GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    buyers = {deed.user_id for deed in deeds if deed.name == "order_completed"}
    newcomers = {state: count for journey_id, state, count in rows if journey_id == company.journeys[NEWCOMERS]}
    if sum(newcomers.values()) != len(buyers):
        yield f"{sum(newcomers.values())} entered as newcomers, {len(buyers)} people have bought."
    for journey_id, state, count in rows:
        if state in ("active", "paused"):
            yield f"{count} entries of journey {journey_id} are {state} when all should be over."
    head = head_position(reading.driver)
    names = ("journey_entered", "journey_completed", "journey_exited", "journey_goal_reached")
    told = Counter(event.name for event in read_events(reading.driver, Stretch(0, head, 0), names))
    row = reading.driver.execute(
        "SELECT count(*), count(*) FILTER (WHERE state = 'completed'), count(*) FILTER (WHERE state IN ('exited', 'goal'))"
        " FROM journeys.entries WHERE customer_id IS NOT NULL"  # of groups nothing is told
    ).fetchone()
    entered, completed, exited = row or (0, 0, 0)
    if told["journey_entered"] != entered:
        yield f"The log tells of {told['journey_entered']} entries, there are {entered}."
    if told["journey_completed"] != completed:
        yield f"The log tells of {told['journey_completed']} who went through, there are {completed}."
    if told["journey_exited"] != exited:
        yield f"The log tells of {told['journey_exited']} who were taken out, there are {exited}."


def _request_faults(reading: Reading) -> Iterator[str]:
    """Each message that was asked for is on the books, in one state; but of who was erased before it was judged."""
    head = head_position(reading.driver)
    events = list(read_events(reading.driver, Stretch(0, head, 0), [MESSAGE_REQUESTED]))
    asked, gone = len(events), sum(event.is_stripped for event in events)
    row = reading.driver.execute("SELECT count(*) FROM messages.messages").fetchone()
    if row is None or not asked - gone <= int(row[0]) <= asked:
        yield f"Journeys and sends asked for {asked} messages, on the books are {row and row[0]}."


def _friend_faults(reading: Reading, company: Company) -> Iterator[str]:
    """Everybody who was added by somebody of the staff came into the journey of new friends, and nobody else."""
    head = head_position(reading.driver)
    customer_of = dict(reading.driver.execute("SELECT profile_id, customer_id FROM customers.profiles").fetchall())
    added = {customer_of[each.profile_id] for each in read_events(reading.driver, Stretch(0, head, 0), [CONTACT_ADDED])}
    rows = reading.driver.execute(
        "SELECT DISTINCT p.customer_id FROM journeys.entries e JOIN customers.profiles p USING (profile_id)"
        " WHERE e.journey_id = %s",
        (company.journeys[NEW_FRIENDS],),
    ).fetchall()
    entered = {row[0] for row in rows}
    if entered != added:
        yield f"New friends: {sorted(entered - added)} too many, {sorted(added - entered)} missing."
