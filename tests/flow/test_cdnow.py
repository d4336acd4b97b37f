"""The whole thread on real orders: CDNOW's 69,659 transactions of 23,570 customers, from the file to the number on the page.

The data file is in the PyPI package `lifetimes`; what is expected is counted here from the file itself, in plain Python.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from siyu.assembly.installation import Installation
from siyu.assembly.loops import loops
from siyu.assembly.processes import GROUPS, JOBS_GROUP
from siyu.domain.company.service import ensure_first_admin
from siyu.engines.intake.importing import import_file
from siyu.engines.intake.importing_orders import OrderColumns
from siyu.engines.intake.importing_rows import FileSource
from siyu.faces.api.app import create_app
from siyu.faces.api.context import ApiContext
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.sequencer import sequence_once
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings
from tests.channels.receiver import receiving
from tests.domain.journeys.documents import entering, journey, message, wait
from tests.engines.reach.reaching import set_rules


def _data_file() -> Path:
    """The package is not imported: it wants an older pandas, and only its data are wanted here."""
    found = find_spec("lifetimes")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "datasets" / "CDNOW_master.txt"


FILE = _data_file()
AS_OF = datetime(1998, 6, 30, 16, 0, tzinfo=UTC)
"""The midnight in Shanghai after the last day of the data."""
SILENT = timedelta(days=90)
SLEEPERS = {
    "kind": "all",
    "of": [
        {"kind": "event", "event": "order_paid", "operator": "at_least", "value": 2},
        {
            "kind": "moment",
            "event": "order_paid",
            "which": "last",
            "window": {"kind": "rolling", "least": {"amount": 90, "unit": "day"}},
        },
    ],
}


def purchases() -> dict[str, list[tuple[datetime, int]]]:
    """Each customer's purchases in the file: the instant of the day's beginning in Shanghai, and the amount in cents."""
    found = defaultdict(list)
    with FILE.open(newline="") as file:
        rows = csv.reader(file, delimiter=" ", skipinitialspace=True)
        next(rows)
        for row in rows:
            customer, day, _, dollars = [cell for cell in row if cell]
            at = datetime.strptime(day, "%Y%m%d").replace(tzinfo=UTC) - timedelta(hours=8)
            found[customer].append((at, round(float(dollars) * 100)))
    return found


def columns_of_orders() -> OrderColumns:
    return OrderColumns(
        customer="customer_id",
        paid_at="date",
        total="dollar_value",
        quantity="number_of_cds",
        currency="USD",
        consent_channels=("webhook",),
    )


@contextmanager
def logged_in(installation: Installation) -> Iterator[TestClient]:
    """The API with an administrator's session."""
    context = ApiContext(installation.settings, installation.database, installation.columns, installation.secret_key)
    with installation.database.begin() as work:
        ensure_first_admin(work, "admin@example.com", "correct horse battery", "CDNOW")
    with TestClient(create_app(context), base_url="http://127.0.0.1:8400") as client:
        account = {"email": "admin@example.com", "password": "correct horse battery"}
        token = client.post("/api/session", json=account).json()["csrf_token"]
        client.headers["X-CSRF-Token"] = token
        yield client


def run_until_idle(installation: Installation) -> None:
    """Every loop of every worker, turn by turn, until none has anything left to do."""
    steps = [loop.step for group in GROUPS if group != JOBS_GROUP for loop in loops(installation, group)]
    while True:
        with installation.database.autocommit() as driver:
            sequenced = sequence_once(driver)
        if not sum([step() for step in steps]) and not sequenced:
            return


def posted(client: TestClient, path: str, document: object = None) -> Any:
    answer = client.post(path, json=document)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.timeout(300)
def test_orders_in_messages_out_clicks_back_and_a_number_on_the_page(
    database: Database, columns: Columns, clock: ManualClock, tmp_path: Path
) -> None:
    clock.set(AS_OF)
    bought = purchases()
    sleepers = {who for who, rows in bought.items() if len(rows) >= 2 and max(rows)[0] <= AS_OF - SILENT}
    with receiving() as receiver:
        settings = Settings(home=tmp_path, webhook_url=receiver.url, webhook_secret="s", currency="USD")
        installation = Installation(settings, database, columns, "a secret of the test")
        set_rules(database, quiet=None)
        _import_twice(installation, tmp_path)
        run_until_idle(installation)
        with logged_in(installation) as client:
            _check_totals(client.get("/api/summary").json(), bought)
            preview = posted(client, "/api/segments/preview", {"definition": SLEEPERS})
            assert (preview["count"], preview["total"]) == (len(sleepers), 23_570)

            _publish(client)
            run_until_idle(installation)
            clock.advance(timedelta(minutes=10))
            run_until_idle(installation)
            assert len(receiver.keys) == len(sleepers)
            assert set(receiver.keys.values()) == {1}
            reached = {identity["value"] for m in receiver.messages for identity in m["customer"]["identities"]}
            assert reached == sleepers

            clicked = receiver.messages[:40]
            for message in clicked:
                answer = client.get(urlsplit(message["link_url"]).path, follow_redirects=False)
                assert (answer.status_code, answer.headers["location"]) == (302, "https://shop.example.com/back")
            run_until_idle(installation)
            (row,) = client.get("/api/journeys").json()["rows"]
            numbers = {name: row[name] for name in ("entered", "completed", "sent", "failed", "clicked")}
            everybody = len(sleepers)
            assert numbers == {
                "entered": everybody,
                "completed": everybody,
                "sent": everybody,
                "failed": 0,
                "clicked": 40,
            }
            _check_totals(client.get("/api/summary").json(), bought)
            _check_a_customer(client, clicked[0]["customer"]["id"])
        installation.close()


def _import_twice(installation: Installation, folder: Path) -> None:
    source = FileSource(FILE, "cdnow", installation.settings.zone)
    for new, known in ((69_659, 0), (0, 69_659)):
        done = import_file(
            installation.database, system_actor("test"), source, columns_of_orders(), rejects=folder / "rejects.csv"
        )
        assert (done.rows, done.new, done.known, done.rejected) == (69_659, new, known, 0)


def _check_totals(summary: dict[str, Any], bought: dict[str, list[tuple[datetime, int]]]) -> None:
    """Against the data set's published totals, and against the file month by month."""
    assert (summary["customers"], summary["buyers"], summary["orders"]) == (23_570, 23_570, 69_659)
    assert summary["revenue_fen"] == 250_031_563
    assert summary["repeat_buyers"] == sum(1 for rows in bought.values() if len(rows) > 1)
    assert summary["repeat_rate"] == pytest.approx(summary["repeat_buyers"] / 23_570)
    months: dict[str, int] = defaultdict(int)
    for rows in bought.values():
        for at, cents in rows:
            months[(at + timedelta(hours=8)).strftime("%Y-%m")] += cents
    assert {each["month"]: each["revenue_fen"] for each in summary["revenue_by_month"]} == months
    assert sum(cell["customers"] for cell in summary["rfm"]) == 23_570
    assert sum(cell["revenue_fen"] for cell in summary["rfm"]) == 250_031_563


def _publish(client: TestClient) -> None:
    segment = posted(client, "/api/segments", {"name": "买过两次、沉睡 90 天", "definition": SLEEPERS})
    posted(client, f"/api/segments/{segment['segment_id']}/publish")
    back = "https://shop.example.com/back"
    definition = journey(
        wait("rest", 5),
        message("say", "好久不见", "{{ name|朋友 }}，回来看看吧", link_url=back),
        triggers=[entering(segment["segment_id"], members=True)],
    )
    made = posted(client, "/api/journeys", {"name": "唤醒沉睡客户", "definition": definition})
    posted(client, f"/api/journeys/{made['journey_id']}/publish")


def _check_a_customer(client: TestClient, customer_id: int) -> None:
    customer = client.get(f"/api/customers/{customer_id}").json()
    assert [each["name"] for each in customer["segments"]] == ["买过两次、沉睡 90 天"]
    assert customer["orders"] >= 2
    names = [row["name"] for row in client.get(f"/api/customers/{customer_id}/timeline").json()["rows"]]
    assert names[:1] == ["message_clicked"]
    assert {"segment_entered", "journey_entered", "message_requested", "message_sent", "order_paid"} <= set(names)
