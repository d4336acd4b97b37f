"""What the demo brand's people have just done with many customers at once, what they brought in from outside, and what customers
have asked them for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from typing import ClassVar, Final

from siyu.assembly.demo.acting import PAGE_MAX, acting, everybody, find_acting
from siyu.assembly.demo.brand import ACTOR, DemoBrand
from siyu.assembly.installation import Installation
from siyu.domain.company.contracts import Role
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import Giver
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import BulkAction
from siyu.domain.customers.reading import list_customers
from siyu.domain.metrics import service as metrics
from siyu.domain.privacy import service as privacy
from siyu.domain.privacy.contracts import Reason
from siyu.domain.segments import reading as segments_reading
from siyu.domain.segments import service as segments
from siyu.domain.tags import service as tags
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import TaskDraft
from siyu.engines.inheritance.contracts import Choice, Wish
from siyu.engines.inheritance.planning import begin
from siyu.engines.insight.metric_alerts import watch_metrics
from siyu.engines.insight.sql.running import run_statement
from siyu.engines.intake.importing_customers import AttributeColumn, CustomerColumns, IdentityColumn
from siyu.engines.intake.importing_files import import_folder
from siyu.engines.intake.importing_uploads import Plan, register_upload, start
from siyu.engines.intake.tables import TableOptions
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork
from siyu.platform.private_files import new_private_file
from siyu.platform.table_files import TableFormat
from siyu.world.population.chance import Chance
from siyu.world.population.names import FEMALE, MALE, a_name
from siyu.world.population.people import Known

CALLED, HANDED_OVER = 8, 6
HANDED_OVER_WORDS: Final = "您好，接下来由我为您服务，之前聊到的我都看到了。"
EXPORTED: Final = ("name", "contact", "city", "tags", "keeper", "orders", "revenue")
GUESTS, AT_THE_COUNTER, WITHOUT = 9, 4, 2
"""On the sheet of an evening: who wrote their own number; for whom the counter wrote its own; who wrote none and got none."""
FIRST_GUEST: Final = 9_600_000
"""Nobody else has such a number: neither who came before, nor who comes later."""
SHEET_COLUMNS: Final = ("报名编号", "手机号", "姓名", "城市")
CITIES: Final = ("上海", "杭州", "苏州", "南京")


@dataclass(frozen=True, slots=True)
class Guest(Known):
    """Somebody who came to an evening without ever having come in before."""

    short: ClassVar[str] = "hd"
    number: int


@dataclass(frozen=True, slots=True)
class Matter:
    """What the errands are about: who is invited, the tag that says so, a segment, and the tag for that."""

    invited: Sequence[int]
    invited_tag_id: int
    segment_id: int
    segment_tag_id: int


def run_errands(installation: Installation, brand: DemoBrand) -> None:
    """Has it done once, by the operator and by whoever shows the demo; what takes a while is the workers'. Nothing of it where an
    older Siyu filled the demo and did not yet design what it is about, or nobody is invited any more."""
    with installation.database.begin() as work:
        operator, shown = find_acting(work, brand.operator_email), find_acting(work, brand.email)
        if operator is None or shown is None or customers.list_bulks(work, ACTOR, PageRequest(size=1)).rows:
            return
        matter = _find_matter(work, operator, brand)
        if matter is None:
            return
        _work_in_bulk(work, operator, brand, matter)
        segments.ask_export(work, operator, matter.segment_id, TableFormat.XLSX, EXPORTED)
        _get_done(work, shown, brand)
        _answer_customers(work, operator, shown)
        _bring_in(work, installation, operator, brand)


def end_errands(installation: Installation, brand: DemoBrand) -> None:
    """What needs the columns or the corp's members: somebody asks by SQL, rules that watch numbers look at the day that is over,
    and a teacher's newest customers go to a colleague."""
    with installation.database.read() as reading:
        operator, shown = find_acting(reading, brand.operator_email), find_acting(reading, brand.email)
        asker = next(
            (acting(reading, each.staff_id) for each in everybody(reading) if each.role is Role.ANALYST), shown
        )
        has_asked = bool(metrics.list_statement_runs(reading, ACTOR, PageRequest(size=1)).rows)
        kept = metrics.list_statements(reading, ACTOR, PageRequest(size=1)).rows
    zone = installation.settings.zone
    if asker is not None and not has_asked:
        for each in kept:
            run_statement(installation.database, installation.columns, zone, asker, each.text)
    watch_metrics(installation.database, installation.columns, zone, ACTOR)
    if operator is not None:
        _hand_over(installation, operator)


def _hand_over(installation: Installation, operator: Actor) -> None:
    """Whoever has most gives some to whoever has least; once."""
    with installation.database.begin() as work:
        givers = [
            each for each in contacts.list_givers(work, operator, PageRequest(size=PAGE_MAX)).rows if each.customers
        ]
        if len(givers) < 2 or contacts.list_inheritances(work, operator, PageRequest(size=1)).rows:
            return
        giver, taker = max(givers, key=_customers), min(givers, key=_customers)
        chosen = contacts.candidates(work, operator, giver)[-HANDED_OVER:]
        choice = Choice("customers", customer_ids=[each.customer_id for each in chosen])
        wish = Wish(giver.member_id, [taker.member_id], choice, message=HANDED_OVER_WORDS)
        begin(work, operator, "demo", wish)


def _customers(giver: Giver) -> int:
    return giver.customers


def _find_matter(work: UnitOfWork, operator: Actor, brand: DemoBrand) -> Matter | None:
    errands = brand.errands
    lists = {each.name: each.list_id for each in segments.list_lists(work, operator, PageRequest(size=PAGE_MAX)).rows}
    tag_ids = {tag.name: tag.tag_id for group in tags.list_groups(work, operator) for tag in group.tags}
    made = {each.name: each.segment_id for each in segments.list_segments(work, ACTOR, PageRequest(size=PAGE_MAX)).rows}
    with suppress(KeyError):
        invited = segments_reading.list_members_of(work, lists[brand.desk.invited]).tolist()
        tagged, segment_id = tag_ids[errands.invited_tag[0]], made[errands.segment]
        return Matter(invited, tagged, segment_id, tag_ids[errands.segment_tag[0]]) if invited else None
    return None


def _work_in_bulk(work: UnitOfWork, operator: Actor, brand: DemoBrand, matter: Matter) -> None:
    """Whoever is invited gets the tag that says so; the newest of them are to be called; a segment is tagged as well."""
    errands = brand.errands
    tagging = {"tag_id": matter.invited_tag_id, "reason": errands.invited_tag[1]}
    due_at = (work.clock.now() + timedelta(days=1)).isoformat()
    title, body = errands.call
    calling = {"title": title, "body": body, "due_at": due_at, "staff_id": None}
    for action, parameters, whom in (
        (BulkAction.TAG, tagging, matter.invited),
        (BulkAction.TASK, calling, matter.invited[-CALLED:]),
    ):
        made = customers.prepare_bulk(work, operator, action, parameters, whom)
        customers.start_bulk(work, operator, made.bulk_id)
    whom = segments_reading.members_of(work, matter.segment_id).tolist()
    of, reason = f"segment:{matter.segment_id}", errands.segment_tag[1]
    tags.start_bulk(work, operator, matter.segment_tag_id, whom, of=of, is_removal=False, reason=reason)


def _get_done(work: UnitOfWork, shown: Actor, brand: DemoBrand) -> None:
    """Small things, done today."""
    about = list_customers(work, shown, PageRequest(size=len(brand.errands.done))).rows
    for (title, result, note), each in zip(brand.errands.done, about, strict=False):
        draft = TaskDraft(each.customer_id, title, "", work.clock.now() + timedelta(hours=1), int(shown.actor_id))
        made = tasks.create_task(work, shown, draft, work.ids.new_id())
        tasks.end_task(work, shown, made.task_id, is_done=True, result=result, note=note)


def _answer_customers(work: UnitOfWork, operator: Actor, shown: Actor) -> None:
    """One wants a copy of what is known of them; two want to be forgotten, of whom one has thought better of it."""
    oldest = list_customers(work, operator, PageRequest(size=PAGE_MAX)).rows[-3:]
    if len(oldest) < 3:
        return
    wants_a_copy, forgotten, stays = (each.customer_id for each in oldest)
    privacy.ask_export(work, shown, wants_a_copy)
    (changed_mind,) = privacy.ask_erasures(work, operator, [stays], Reason.ASKED_BY_CUSTOMER)
    privacy.decline_erasures(work, shown, [changed_mind.request_id])
    privacy.ask_erasures(work, operator, [forgotten], Reason.ASKED_BY_CUSTOMER)


def _bring_in(work: UnitOfWork, installation: Installation, operator: Actor, brand: DemoBrand) -> None:
    """The sheet of an evening's guests, as the one at the counter wrote it."""
    settings, folder = installation.settings, import_folder(installation.settings)
    content = _sheet(brand.seed).encode()
    path = folder / f"{work.ids.new_id().hex}.upload"
    with new_private_file(path) as file:
        file.write(content)
    digest = blake2b(content, digest_size=32).hexdigest()
    name = brand.errands.guests
    made = register_upload(work, operator, folder, path, file_name=f"{name}.csv", digest=digest)
    number, phone, called, city = SHEET_COLUMNS
    mapping = CustomerColumns(
        (IdentityColumn(number, "member_id"), IdentityColumn(phone, "phone")),
        (AttributeColumn(called, "name"), AttributeColumn(city, "city")),
    )
    start(work, operator, folder, made.import_id, Plan(name, settings.zone.key, None, TableOptions(), mapping))


def _sheet(seed: int) -> str:
    file = io.StringIO()
    rows = csv.writer(file)
    rows.writerow(SHEET_COLUMNS)
    for place, phone in enumerate(_phones()):
        chance = Chance(seed, FIRST_GUEST + place)
        name = a_name(chance, FEMALE if chance.happens(0.5) else MALE)
        rows.writerow([f"HD{place + 1:04d}" if phone else "", phone, name, chance.one_of(CITIES)])
    return file.getvalue()


def _phones() -> Iterator[str]:
    """What stands in the second column: the counter's own number for some, which makes one customer of them."""
    counter = Guest(FIRST_GUEST + GUESTS).phone.value
    yield from [Guest(FIRST_GUEST + place).phone.value for place in range(GUESTS)]
    yield from [counter] * AT_THE_COUNTER
    yield from [""] * WITHOUT
