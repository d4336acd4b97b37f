"""The tea demo is loaded once and whole, whatever happens on the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from siyu.assembly.demo import filling as demo
from siyu.assembly.demo import history as demo_history
from siyu.assembly.demo import sends as demo_sends
from siyu.assembly.demo import wecom as demo_wecom
from siyu.assembly.demo.brand import ACTOR
from siyu.assembly.demo.filling import WorkersAwayError, fill_demo, is_filled, join_outside
from siyu.assembly.demo.home import CARDS, OtherBrandError, claim_home, plan_path
from siyu.assembly.demo.outside import demo_settings, demo_specs
from siyu.assembly.demo.posts import post_around
from siyu.assembly.demo.tea.brand import TEA
from siyu.assembly.demo.tea.company import FRONTLINE, keeping, store_teams
from siyu.assembly.demo.tea.designs import LADDERS, SCHEMES, SEGMENTS
from siyu.assembly.installation import Installation
from siyu.assembly.mirroring import find_corp
from siyu.assembly.wecom import WecomClients
from siyu.domain.company import service as company
from siyu.domain.company.contracts import OpenedSession, Role
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.domain.journeys import service as journeys
from siyu.domain.segments import service as segments
from siyu.engines.audience.evaluate import members
from siyu.engines.audience.sets import StoredSets
from siyu.engines.mirror.syncing import keep_staff
from siyu.kernel.clock import ManualClock, SystemClock
from siyu.kernel.errors import NotFoundError
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.processes import Supervisor
from siyu.platform.settings import Settings
from siyu.world.population.tea.brand import REGIONS, STORES
from siyu.world.population.tea.population import Population
from siyu.world.wecom.addresses import inside_path
from siyu.world.wecom.brand import CORP_ID, brand_secrets, build_brand_corp
from siyu.world.wecom.brand_plan import BrandPlan
from siyu.world.wecom.server import WecomServer
from tests.assembly.demo.reading import out_of_time, readers, rows
from tests.world.test_receiver import a_free_port, is_well

PEOPLE = 60
ANCHOR = datetime(2026, 6, 1, tzinfo=Settings().zone)
"""The beginning of the day on which the tests' clock starts."""
COUNTED = (
    "customers.profiles",
    "customers.merges",
    "customers.consents",
    "customers.custody",
    "orders.orders",
    "inbox.message_ids",
    "company.units",
    "company.staff",
    "company.audit",
    "definitions.definitions",
    "log.events",
)


class CutOffError(Exception):
    """The loading process was killed, as far as this test can do it."""


@pytest.fixture
def installation(database: Database, columns: Columns, columns_url: str, tmp_path: Path) -> Installation:
    settings = demo_settings(Settings(home=tmp_path, database_url=database.url, columns_url=columns_url), TEA)
    return Installation(settings, database, columns, "a secret key of the test")


def fill(installation: Installation, on_progress: Callable[[str, float], None] = lambda *_: None) -> None:
    fill_demo(installation, TEA, PEOPLE, on_progress)


def counts(installation: Installation) -> dict[str, int]:
    return {table: rows(installation, f"SELECT count(*) FROM {table}")[0][0] for table in COUNTED}  # noqa: S608 - names of tables, above


def told(installation: Installation) -> list[Any]:
    """The log but for what segments and journeys added; without the ids that come from the database."""
    return rows(
        installation,
        "SELECT name, occurred_at, event_id FROM log.events"
        " WHERE name !~ '^(segment|journey|message|definition)_' ORDER BY 1, 2, 3",
    )


def test_it_is_all_there_and_a_second_run_changes_nothing(
    installation: Installation, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[float] = []
    began_at = clock.now()
    assert not is_filled(installation)
    with pytest.raises(RuntimeError, match="not loaded"):
        join_outside(installation)
    with readers(installation, "columns", "flow"):
        fill(installation, lambda _, share: shares.append(share))
    assert is_filled(installation)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)

    assert out_of_time(installation) == {}
    before = counts(installation)
    assert rows(installation, "SELECT count(DISTINCT customer_id) FROM customers.profiles") == [(PEOPLE,)]
    population = Population(TEA.seed, PEOPLE, ANCHOR, installation.settings.zone)
    deeds = [deed for *_, deed in population.deeds()]
    orders = [deed for deed in deeds if deed.name == "order_completed"]
    of_brand = f"FROM log.events WHERE source = '{TEA.source}'"
    assert rows(installation, f"SELECT count(*) {of_brand}") == [(sum(not deed.is_telling for deed in deeds),)]
    late = "JOIN customers.profiles p USING (profile_id) WHERE p.last_seen_at < e.at - interval '1 hour'"
    seen = f"SELECT profile_id, max(occurred_at) AS at {of_brand} GROUP BY profile_id"
    assert rows(installation, f"SELECT count(*) FROM ({seen}) AS e {late}") == [(0,)]  # noqa: S608
    assert rows(installation, "SELECT count(*), sum(total_fen)::bigint, max(paid_at) FROM orders.orders") == [
        (len(orders), sum(round(deed.properties["total"] * 100) for deed in orders), max(deed.at for deed in orders))
    ]
    registered = [deed for deed in deeds if deed.is_telling and "store" in deed.properties]
    assert before["customers.custody"] == len(registered) > 0
    agreed = rows(
        installation,
        "SELECT count(DISTINCT customer_id) FROM customers.consents JOIN customers.profiles USING (profile_id)",
    )
    granted = [deed for deed in deeds if deed.name == "consent_granted" and deed.properties["channel"] == "webhook"]
    assert agreed == [(len(granted),)]
    assert rows(installation, "SELECT max(occurred_at) <= now() FROM log.events") == [(True,)]

    fill(installation)
    clock.advance(timedelta(days=3))
    fill(installation)
    assert counts(installation) == before
    clock.set(began_at)
    check_company(installation, monkeypatch)


def test_cut_off_anywhere_it_goes_on_where_it_was(
    installation: Installation, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo_history, "DEEDS_MIN", 100)
    monkeypatch.setattr(demo_history, "PEOPLE_AT_ONCE", 25)
    monkeypatch.setattr(demo_history, "DEEDS_AT_ONCE", 150)  # two batches, or one with more
    begun = 0

    def cut_off(what: str, share: float) -> None:
        nonlocal begun
        begun += 1
        if begun in (2, 5, 9):
            raise CutOffError

    for _ in range(3):
        with pytest.raises(CutOffError):
            fill(installation, cut_off)
        assert not is_filled(installation)
        clock.advance(timedelta(days=1))  # it is still seen from the day on which it was begun
    with readers(installation, "columns", "flow"):
        fill(installation)
    assert is_filled(installation)
    population = Population(TEA.seed, PEOPLE, ANCHOR, installation.settings.zone)
    events = [deed for *_, deed in population.deeds() if not deed.is_telling]
    names = [(deed.name, deed.at) for deed in events]
    found = [(name, at) for name, at, _ in told(installation) if name in {name for name, _ in names}]
    assert sorted(found) == sorted(names)
    assert rows(installation, "SELECT count(*), count(DISTINCT order_id) FROM orders.orders") == [
        (sum(name == "order_completed" for name, _ in names),) * 2
    ]
    assert len({event_id for _, _, event_id in told(installation)}) == len(told(installation))

    whole = told(installation)
    with installation.database.read() as reading:
        keepers = keeping(reading, population)
    again = Database(installation.database.url, clock=clock, keys=installation.database.keys)
    demo_history.load_history(again, clock, population, keepers, TEA.source, lambda _: None)
    again.close()
    assert told(installation) == whole


def test_without_workers_it_says_so(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "STALLED_SECONDS", 0.3)
    with pytest.raises(WorkersAwayError):
        fill_demo(installation, TEA, 5, lambda *_: None)
    assert not is_filled(installation)


def check_joined(installation: Installation) -> None:
    """The demo is joined to its own WeCom once, wherever it listens; its codes hang there, its staff may log in by it."""
    moved = replace(installation, settings=replace(installation.settings, port=a_free_port() - 2))
    for each in (installation, installation, moved):
        join_outside(each)
        plan = BrandPlan.from_json(plan_path(each.settings).read_text())
        assert {one.email for one in plan.staff} >= {TEA.email, TEA.operator_email}
        assert {one.name for one in plan.units} > {store.name for store in STORES}
        assert plan.units[0].parent_id is None
        with installation.database.read() as reading:
            connection = company.find_wecom_connection(reading, ACTOR, CORP_ID)
        assert connection is not None
        assert connection.base_url == f"http://127.0.0.1:{each.settings.port + 2}"
        assert connection.secrets.callback_token == brand_secrets(each.settings.webhook_secret).callback_token
        assert connection.welcome.default is not None
    assert rows(installation, "SELECT count(*) FROM contacts.syncs") == [(1,)]
    assert rows(installation, "SELECT count(*) FROM company.audit WHERE verb = 'company.save_wecom_corp'") == [(2,)]

    corp, _ = build_brand_corp(plan, SystemClock(), brand_secrets(moved.settings.webhook_secret))
    clients = WecomClients(installation.database)
    with WecomServer(corp, moved.settings.port + 2):
        known = find_corp(clients, CORP_ID)
        assert known is not None
        keep_staff(installation.database, known, known.source.followers())
        join_outside(moved)
        clients.close()
        assert {one.name.partition(" ")[0] for one in corp.posters} >= set(FRONTLINE)
        assert {inside_path(corp, one.url) is None for one in corp.posters} == {
            True
        }  # no Siyu is called back from here
    found = "SELECT count(*), count(*) FILTER (WHERE NOT is_ours AND NOT is_confirmed) FROM contacts.members"
    assert rows(installation, found) == [(len(plan.staff), 0)]
    assert rows(installation, "SELECT name, rules_id IS NOT NULL FROM service.accounts") == [("晨曦茶饮客服", True)]
    assert rows(installation, "SELECT count(*) > 0 FROM log.events WHERE name = 'link_opened'") == [(True,)]
    assert out_of_time(installation) == {}
    for _ in range(2):
        post_around(moved, TEA)
    kinds = rows(installation, "SELECT kind, outcome, count(DISTINCT definition_id) FROM sends.posts GROUP BY 1, 2")
    assert kinds == [("moment", "waiting", 1)]  # no group is known yet


def check_company(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The company, its staff and what they designed."""
    with installation.database.read() as reading:
        units = company.list_units(reading, ACTOR)
        staff = company.list_staff(reading, ACTOR, PageRequest()).rows
        teams = store_teams(reading)
        found = segments.list_segments(reading, ACTOR, PageRequest()).rows
        schemes = segments.list_schemes(reading, ACTOR, PageRequest()).rows
        ladders = segments.list_ladders(reading, ACTOR, PageRequest()).rows
        ways = journeys.list_journeys(reading, ACTOR, PageRequest()).rows
    assert units[0].name == TEA.name
    assert {unit.name for unit in units if unit.parent_id == units[0].unit_id} == set(REGIONS)
    assert set(teams) == {store.name for store in STORES}
    assert {each.role for each in staff} == set(Role)
    assert {segment.name for segment in found} == set(SEGMENTS)
    assert {segment.status for segment in found} == {DefinitionStatus.LIVE}
    assert {scheme.name for scheme in schemes} == set(SCHEMES)
    assert {ladder.name for ladder in ladders} == set(LADDERS)
    assert {each.status for each in schemes} == {each.status for each in ladders} == {DefinitionStatus.LIVE}
    eight = next(scheme for scheme in schemes if len(scheme.segments) == 8)
    assert eight.scheme is not None
    assert eight.scheme.scales != SCHEMES[eight.name].scales
    assert {way.status for way in ways} == set(DefinitionStatus) - {DefinitionStatus.DELETED}
    with installation.database.begin() as work:
        opened = company.log_in(work, TEA.email, TEA.password, "127.0.0.1")
    assert isinstance(opened, OpenedSession)
    assert opened.staff.role is Role.ADMIN
    assert rows(installation, "SELECT count(*) FROM company.sessions") == [(1,)]  # the operator has logged out
    kept = rows(installation, "SELECT count(*) FROM customers.custody WHERE staff_id IS NOT NULL")
    assert kept[0][0] > 0
    authors = rows(installation, "SELECT DISTINCT s.email FROM definitions.definitions d JOIN company.staff s"
                                 " ON d.created_by = 'staff:' || s.staff_id")  # fmt: skip
    assert authors == [(TEA.operator_email,)]

    assert rows(installation, "SELECT count(*) FILTER (WHERE is_exclusive), count(*) FROM tags.groups") == [(1, 4)]
    by_hand = rows(installation, "SELECT count(*), count(expires_at) FROM tags.taggings WHERE how = 'hand'")
    assert by_hand[0][0] > by_hand[0][1] > 0
    ruled = rows(
        installation, "SELECT status, count(*) FROM definitions.definitions WHERE kind = 'tag_rule' GROUP BY 1"
    )
    assert ruled == [("live", 3)]

    asleep = next(segment for segment in found if segment.name == "沉睡老客")
    assert asleep.definition is not None
    database = installation.database
    zone, sets = installation.settings.zone, StoredSets(database)
    matching = members(installation.columns, asleep.definition, database.clock.now(), zone=zone, sets=sets)
    expected = rows(
        installation,
        "SELECT count(*) FROM (SELECT p.customer_id FROM orders.orders o JOIN customers.profiles p USING (profile_id)"
        " GROUP BY 1 HAVING count(*) >= 2 AND max(o.paid_at) <= timestamptz '2026-06-01 04:00Z' - interval '90 days') AS asleep",
    )
    assert len(matching) == expected[0][0] > 0

    monkeypatch.setattr(demo_wecom, "READY_SECONDS", 0.0)  # nobody listens in this test
    monkeypatch.setattr(demo_sends, "BUILT_SECONDS", 0.0)  # and nobody counts segments
    check_joined(installation)


def test_a_home_is_one_brands(tmp_path: Path) -> None:
    home = tmp_path / "demo"
    assert claim_home(home, "tea") is CARDS["tea"]
    assert claim_home(home, None) is claim_home(home, "tea") is CARDS["tea"]
    with pytest.raises(OtherBrandError, match="tea"):
        claim_home(home, "camp")
    with pytest.raises(NotFoundError):
        claim_home(tmp_path / "other", "bank")
    assert not (tmp_path / "other").exists()


def test_nothing_has_to_be_loaded_before_a_demo_starts() -> None:
    told = (
        "import sys, siyu.faces.cli.running, siyu.assembly.demo.home, siyu.assembly.demo.outside; print(*sys.modules)"
    )
    loaded = subprocess.run(
        [sys.executable, "-P", "-c", told], capture_output=True, text=True, check=True
    ).stdout.split()
    assert {"sqlalchemy", "clickhouse_connect", "pydantic", "siyu.assembly.demo.brand"}.isdisjoint(loaded)


def test_settings_send_messages_to_the_made_up_outside_only(tmp_path: Path) -> None:
    mine = Settings(home=tmp_path, port=9000, webhook_url="https://crm.example/hook", webhook_secret="mine")
    made = demo_settings(mine, TEA)
    assert made.webhook_url == "http://127.0.0.1:9001/messages"
    assert made.webhook_secret not in ("", "mine")
    assert made.is_demo
    assert made.brand_name == TEA.name
    assert demo_settings(mine, TEA).webhook_secret == made.webhook_secret == demo_settings(made, TEA).webhook_secret
    assert demo_settings(replace(mine, port=65_535), TEA).webhook_url == "http://127.0.0.1:65534/messages"


def test_the_outside_runs_under_the_supervisor(tmp_path: Path) -> None:
    port = a_free_port()
    settings = demo_settings(Settings(home=tmp_path, port=port - 1), TEA)
    specs = demo_specs(settings, TEA)
    was_well: list[bool] = []

    def look() -> None:
        was_well.append(is_well(port))
        supervisor.request_stop()

    supervisor = Supervisor(specs, settings.runtime_folder, report=lambda _: None, on_ready=look)
    assert supervisor.run() == 0
    assert was_well == [True]
    assert not is_well(port)
    assert settings.webhook_secret not in " ".join(specs[0].command)
