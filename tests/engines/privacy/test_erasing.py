"""Nothing of an erased person is left anywhere, every number is as it was, and nobody else is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import msgspec
import pytest

from siyu.assembly.installation import Installation
from siyu.assembly.privacy import privacy_of
from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import BadIdentityError, normal_identity
from siyu.domain.journeys import reading as journeys
from siyu.domain.privacy.contracts import RequestState
from siyu.domain.segments import reading as segments
from siyu.domain.segments import service as segments_service
from siyu.domain.segments.contracts import FilterDraft
from siyu.engines.privacy import erasing
from siyu.engines.privacy.certificates import is_genuine
from siyu.engines.privacy.erasing import erase_waiting
from siyu.engines.privacy.parts import told_by_rooms
from siyu.engines.privacy.searching import find_traces
from siyu.engines.projection.rebuilding import rebuild_columns
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_draining import put
from tests.engines.privacy.persons import (
    BUYERS,
    LEI,
    MEI,
    NOTE,
    SECRET,
    SIYU,
    VALUES_OF_LEI,
    a_history,
    a_segment,
    a_shop,
    ask,
    customer_of,
    erase,
    identify,
    order,
    refresh,
    reread,
    settle,
    totals,
)


@pytest.fixture
def shop(database: Database, columns: Columns, tmp_path: Path) -> Installation:
    installation = a_shop(database, columns, tmp_path)
    a_history(installation)
    return installation


NAMED: Final = {"kind": "attribute", "name": "name", "operator": "one_of", "value": [LEI["name"]]}


def keep_filters(shop: Installation) -> None:
    """Two ask for Lei by name; one for a part of it, which is many people's, and one for another."""
    with shop.database.begin() as work:
        for name, search, condition in (
            ("a", LEI["name"], None),
            ("b", "", NAMED),
            ("c", "李", None),
            ("d", "韩梅梅", None),
        ):
            draft = FilterDraft(name, True, search, None, condition, [], "newest", False)
            segments_service.keep_filter(work, SIYU, draft)


def traces(shop: Installation, *values: str) -> list[str]:
    found = find_traces(shop.database, shop.columns, shop.settings.home, values)
    return [trace.place for trace in found.traces]


def test_the_search_finds_what_is_there_before(shop: Installation) -> None:
    assert "customers.profiles.value" in traces(shop, "user-lei-0001")
    assert {"log.events.properties", "columns events.properties"} <= set(traces(shop, "13700137003"))
    assert traces(shop, "no-such-value-anywhere") == []


def test_an_erased_person_is_nowhere_and_all_numbers_stay(shop: Installation) -> None:
    segment_id = a_segment(shop, BUYERS)
    lei, mei = customer_of(shop, "user-lei-0001"), customer_of(shop, "user-mei-0002")
    (shop.settings.home / "run" / "logs").mkdir(parents=True)
    keep_filters(shop)
    with shop.database.read() as reading:
        told = told_by_rooms(reading, customers.profiles_of(reading, [lei])[lei])
    assert [each["filter"] for each in told["filters"]] == ["a", "b"]
    before = totals(shop)
    (request,) = erase(shop, lei)
    settle(shop)
    assert traces(shop, *VALUES_OF_LEI, LEI["name"] * 2, LEI["address"]) == []
    assert (request.state, request.traces) == (RequestState.DONE, 0)
    assert totals(shop) == before
    rebuild_columns(shop.database, shop.columns, lambda _done, _of: None)
    assert totals(shop) == before
    assert traces(shop, *VALUES_OF_LEI) == []
    refresh(shop, segment_id)
    with shop.database.read() as reading:
        assert segments.members_of(reading, segment_id).tolist() == [mei]
        husk = customers.get_customer(reading, SIYU, lei)
        whole = customers.get_customer(reading, SIYU, mei)
        listed = customers.list_customers(reading, SIYU, PageRequest(size=100)).rows
        assert [each.draft.name for each in segments_service.list_filters(reading, SIYU)] == ["c", "d"]
    assert request.counts["segments.filters"] == 2
    assert lei not in [row.customer_id for row in listed]
    assert husk.erased_at is not None
    assert husk.attributes == {}
    assert {each.identity.value for each in husk.identities} == {
        f"erased:{each.profile_id}" for each in husk.identities
    }
    assert whole.attributes["name"] == MEI["name"]
    assert {each.identity.value for each in whole.identities} >= {MEI["phone"], "user-mei-0002"}
    assert "送人" in str(shop.columns.query("SELECT toString(properties) FROM events WHERE name = 'order_completed'"))


def test_the_certificate_says_what_went_and_is_signed(shop: Installation) -> None:
    (request,) = erase(shop, customer_of(shop, "user-lei-0001"))
    assert request.certificate is not None
    assert request.signature is not None
    told = json.loads(request.certificate)
    assert told["erased"]["customers.profiles"] == len(request.profile_ids) == 4
    assert told["erased"]["customers.consents"] == 1
    assert told["erased"]["log.events"] >= 5
    assert told["search"]["found"] == 0
    assert told["search"]["values"] >= len(VALUES_OF_LEI)
    assert told["search"]["postgresql_tables"] > 20
    assert is_genuine(SECRET, request.certificate, request.signature)
    assert not is_genuine(SECRET, request.certificate.replace("0", "1", 1), request.signature)
    for value in (*VALUES_OF_LEI, LEI["name"]):
        assert value not in request.certificate
    with shop.database.read() as reading:
        row = reading.driver.execute("SELECT sealed_values FROM privacy.requests").fetchone()
    assert row == (None,)


def test_all_profiles_of_a_merged_customer_go(shop: Installation) -> None:
    put(shop.database, identify(20, "user-lei-0001", "device-mei-00", {}))
    settle(shop)
    assert customer_of(shop, "user-mei-0002") == customer_of(shop, "user-lei-0001")
    before = totals(shop)
    (request,) = erase(shop, customer_of(shop, "user-lei-0001"))
    settle(shop)
    assert len(request.profile_ids) == 8
    assert traces(shop, *VALUES_OF_LEI, MEI["phone"], MEI["email"], "user-mei-0002", "device-mei-00") == []
    assert totals(shop) == before


def test_whoever_comes_again_is_somebody_new(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    erase(shop, lei)
    put(shop.database, identify(30, "user-lei-0001", None, {"phone": LEI["phone"]}), order(31, "user-lei-0001", 9))
    settle(shop)
    new = customer_of(shop, "user-lei-0001")
    assert new > lei
    with shop.database.read() as reading:
        assert lei not in customers.profiles_of(reading, [new])[new]
        row = reading.driver.execute(
            "SELECT count(*) FROM orders.orders WHERE profile_id = ANY(%s)",
            (customers.profiles_of(reading, [new])[new],),
        ).fetchone()
    assert row == (1,)


def test_nobody_can_pretend_to_be_a_husk(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    erase(shop, lei)
    with pytest.raises(BadIdentityError, match="erased"):
        normal_identity("user_id", f"erased:{lei}")


def test_what_waits_in_the_inbox_is_erased_too(shop: Installation) -> None:
    put(shop.database, order(40, "user-lei-0001", 5, note=NOTE))
    (request,) = erase(shop, customer_of(shop, "user-lei-0001"))
    settle(shop)
    assert request.traces == 0
    assert traces(shop, *VALUES_OF_LEI) == []
    with shop.database.read() as reading:
        assert reading.driver.execute("SELECT profile_id FROM orders.orders WHERE order_id = 'order-40'").fetchone()


class CutError(Exception):
    """The process died here."""


CUTS = [
    ("_erase_rows", "after"),
    ("save_properties", "before"),
    ("strip_events", "after"),
    ("_advance", "before"),
    ("find_traces", "before"),
    ("certify", "after"),
]
"""What is cut off, before it is done or after."""


@pytest.mark.parametrize(("step", "moment"), CUTS)
def test_an_erasure_that_was_cut_off_anywhere_goes_on(
    shop: Installation, monkeypatch: pytest.MonkeyPatch, step: str, moment: str
) -> None:
    real = getattr(erasing, step)

    def cut_off(*arguments: object, **more: object) -> object:
        if moment == "after":
            real(*arguments, **more)
        raise CutError

    before = totals(shop)
    asked = ask(shop, customer_of(shop, "user-lei-0001"), customer_of(shop, "user-mei-0002"))
    with monkeypatch.context() as patched:
        patched.setattr(erasing, step, cut_off)
        with pytest.raises(CutError):
            erase_waiting(privacy_of(shop))
    settle(shop)
    erase_waiting(privacy_of(shop))
    settle(shop)
    for request in reread(shop, asked):
        assert (request.state, request.traces) == (RequestState.DONE, 0)
        assert request.certificate is not None
        assert json.loads(request.certificate)["search"]["values"] >= 4
    assert traces(shop, *VALUES_OF_LEI, MEI["phone"], "user-mei-0002") == []
    assert totals(shop) == before


def test_the_journal_holds_nothing_personal(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    erase(shop, lei)
    text = privacy_of(shop).journal.read_text()
    assert lei in [profile_id for line in text.split("\n") if line for profile_id, _ in json.loads(line)["profiles"]]
    assert not any(value in text for value in (*VALUES_OF_LEI, LEI["name"]))


def test_no_journey_goes_on_for_an_erased_person(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    erase(shop, lei)
    settle(shop)
    with shop.database.read() as reading:
        assert journeys.journeys_of(reading, lei) == []


def test_the_log_keeps_only_what_the_rule_lets(shop: Installation) -> None:
    lei = customer_of(shop, "user-lei-0001")
    (request,) = erase(shop, lei)
    with shop.database.read() as reading:
        rows = reading.driver.execute(
            "SELECT name, properties::text FROM log.events WHERE profile_id = ANY(%s)", (list(request.profile_ids),)
        ).fetchall()
    kept = {name: msgspec.json.decode(text) for name, text in rows}
    assert kept["support_asked"] == {"erased": True}
    assert kept["order_completed"] == {
        "order_id": "order-7",
        "total": 20,
        "products": [{"sku": "tea-1", "quantity": 2}],
        "erased": True,
    }
