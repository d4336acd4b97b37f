"""The copy of what is known: whole, readable, for who asked, and gone after its days."""

from __future__ import annotations

import csv
import io
import json
import stat
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from siyu.assembly.installation import Installation
from siyu.assembly.privacy import privacy_of
from siyu.domain.privacy import service as privacy_room
from siyu.domain.privacy.contracts import ExportGoneError, OpenRequestError
from siyu.engines.privacy.exporting import archive_of, export_waiting
from siyu.engines.privacy.retention import apply_retention
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.privacy.persons import (
    BUYERS,
    LEI,
    MEI,
    NOTE,
    a_history,
    a_segment,
    a_shop,
    customer_of,
    erase,
)

STAFF = Actor(ActorKind.STAFF, "7", frozenset({"customers.export", "customers.read"}))
SYSTEM = system_actor("test")
PAGE = PageRequest(size=10)
OTHER = Actor(ActorKind.STAFF, "8", frozenset({"customers.export", "customers.read"}))


@pytest.fixture
def shop(database: Database, columns: Columns, tmp_path: Path) -> Installation:
    installation = a_shop(database, columns, tmp_path)
    a_history(installation)
    return installation


def exported(shop: Installation, customer_id: int) -> Path:
    with shop.database.begin() as work:
        request = privacy_room.ask_export(work, STAFF, customer_id)
    assert export_waiting(privacy_of(shop)) == 1
    with shop.database.begin() as work:
        return privacy_of(shop).exports_folder / privacy_room.get_export_file(work, STAFF, request.request_id)


def sections(path: Path) -> Any:
    with zipfile.ZipFile(path) as archive:
        return json.loads(archive.read("data.json"))["sections"]


def test_everything_known_of_one_person_and_nothing_of_another(shop: Installation) -> None:
    a_segment(shop, BUYERS)
    path = exported(shop, customer_of(shop, "user-lei-0001"))
    told = sections(path)
    assert {each["value"] for each in told["identities"]} == {
        "user-lei-0001",
        "device-lei-00",
        LEI["phone"],
        LEI["email"],
    }
    assert {each["name"]: each["value"] for each in told["attributes"]} == LEI
    assert sorted(each["order_id"] for each in told["orders"]) == ["order-3", "order-7"]
    assert [each["segment"] for each in told["segments"]] == ["买过的人"]
    assert [each["what"] for each in told["memberships"]] == ["segment_entered"]
    assert [each["state"] for each in told["consents"]] == ["granted"]
    assert len(told["consent_records"]) == 1
    assert len(told["merges"]) >= 1
    asked = next(each for each in told["events"] if each["name"] == "support_asked")
    assert asked["properties"] == {"text": NOTE, "phone": LEI["phone"]}
    with zipfile.ZipFile(path) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode()
        rows = list(csv.DictReader(io.StringIO(archive.read("csv/orders.csv").decode("utf-8-sig"))))
        page = archive.read("index.html").decode()
    assert [row["total_fen"] for row in rows] == ["12850", "2000"]
    assert LEI["name"] in page
    for value in (*MEI.values(), "user-mei-0002"):
        assert value not in everything


def test_the_file_is_the_owners_alone(shop: Installation) -> None:
    path = exported(shop, customer_of(shop, "user-lei-0001"))
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_only_who_asked_gets_it_and_only_for_its_days(shop: Installation, clock: ManualClock) -> None:
    path = exported(shop, customer_of(shop, "user-lei-0001"))
    with shop.database.read() as reading:
        (request,) = privacy_room.list_requests(reading, SYSTEM, PAGE).rows
    with pytest.raises(ExportGoneError), shop.database.begin() as work:
        privacy_room.get_export_file(work, OTHER, request.request_id)
    clock.advance(timedelta(days=8))
    with pytest.raises(ExportGoneError), shop.database.begin() as work:
        privacy_room.get_export_file(work, STAFF, request.request_id)
    assert apply_retention(privacy_of(shop))["exports"] == 1
    assert not path.exists()


def test_one_open_request_at_a_time(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    with shop.database.begin() as work:
        privacy_room.ask_export(work, STAFF, lei)
    with pytest.raises(OpenRequestError), shop.database.begin() as work:
        privacy_room.ask_export(work, OTHER, lei)


def test_an_erasure_takes_the_file_away(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    path = exported(shop, lei)
    (request,) = erase(shop, lei)
    assert not path.exists()
    assert request.traces == 0


def test_texts_cannot_become_markup_or_formulas(shop: Installation) -> None:
    told = {"events": [{"text": "<script>alert(1)</script>", "formula": "=HYPERLINK(1)"}]}
    with zipfile.ZipFile(io.BytesIO(archive_of(told, 1, shop.database.clock.now()))) as archive:
        assert "<script>" not in archive.read("index.html").decode()
        assert ",'=HYPERLINK(1)" in archive.read("csv/events.csv").decode()
