"""What happens at the same moment as an erasure: it is not lost, not certified falsely, and brings nobody back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest

from siyu.assembly.installation import Installation
from siyu.assembly.jobs import SCHEDULE
from siyu.assembly.privacy import privacy_of
from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.customers.contracts import (
    MARKETING,
    ConsentState,
    ConsentWord,
    Identity,
    UnknownCustomerError,
)
from siyu.domain.customers.erasure_store import RESOLVING_LOCK_KEY
from siyu.domain.customers.merge_store import MERGE_LOCK_KEY
from siyu.domain.privacy import service as privacy_room
from siyu.domain.privacy.contracts import ERASURE_JOB, ERASURE_WORDS, EXPORT_JOB, Reason, RequestState
from siyu.engines.intake.importing_rows import refuse_erased
from siyu.engines.privacy import erasing, exporting
from siyu.engines.privacy.erasing import erase_waiting
from siyu.engines.privacy.exporting import export_waiting
from siyu.engines.privacy.searching import Search, Trace
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import BusyError, ForbiddenError
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from tests.engines.privacy.persons import SIYU, a_history, a_shop, ask, customer_of, erase, reread, settle
from tests.engines.privacy.test_erasing import traces

STAFF = Actor(ActorKind.STAFF, "7", frozenset({"consent.write", "customers.assign", "customers.erase"}))


@pytest.fixture
def shop(database: Database, columns: Columns, tmp_path: Path) -> Installation:
    installation = a_shop(database, columns, tmp_path)
    a_history(installation)
    return installation


def is_free(database: Database, key: int) -> bool:
    """Whether nobody at all holds a lock."""
    with psycopg.connect(database.url) as driver:
        row = driver.execute("SELECT pg_try_advisory_xact_lock(%s)", (key,)).fetchone()
        return row == (True,)


def test_who_is_crowded_out_by_a_late_approval_is_not_certified_but_erased(
    shop: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasing, "REQUESTS_AT_ONCE_MAX", 1)
    lei, mei = customer_of(shop, "user-lei-0001"), customer_of(shop, "user-mei-0002")
    with shop.database.begin() as work:
        early, late = privacy_room.ask_erasures(work, SIYU, [lei, mei], Reason.ASKED_BY_CUSTOMER)
        privacy_room.approve_erasures(work, SIYU, [late.request_id], ERASURE_WORDS[0])

    def approved_meanwhile() -> None:
        with shop.database.begin() as work:
            if privacy_room.get_request(work, SIYU, early.request_id).state is RequestState.WAITING:
                privacy_room.approve_erasures(work, SIYU, [early.request_id], ERASURE_WORDS[0])

    assert erase_waiting(replace(privacy_of(shop), drain_inbox=approved_meanwhile)) == 2
    settle(shop)
    with shop.database.read() as reading:
        assert customers.erased_among(reading, [lei, mei]) == {lei, mei}
    assert {each.traces for each in reread(shop, [early, late])} == {0}


def test_a_request_whose_rows_are_still_there_is_not_certified(
    shop: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    (request,) = ask(shop, customer_of(shop, "user-mei-0002"))
    turns: list[object] = []
    real = erasing._erase_rows

    def not_yet(*given: Any) -> None:
        turns.append(given)
        if len(turns) > 1:
            real(*given)

    monkeypatch.setattr(erasing, "_erase_rows", not_yet)
    assert erase_waiting(privacy_of(shop)) == 1
    assert len(turns) == 2
    (done,) = reread(shop, [request])
    assert (done.state, done.traces, len(done.profile_ids)) == (RequestState.DONE, 0, 4)


def test_a_copy_made_while_she_is_erased_does_not_stay(shop: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    lei = customer_of(shop, "user-lei-0001")
    real = exporting._write_whole

    def erased_meanwhile(path: Path, content: bytes) -> None:
        erase(shop, lei)
        real(path, content)

    monkeypatch.setattr(exporting, "_write_whole", erased_meanwhile)
    with shop.database.begin() as work:
        asked = privacy_room.ask_export(work, SIYU, lei)
    export_waiting(privacy_of(shop))
    (done,) = reread(shop, [asked])
    assert (done.state, done.file_name) == (RequestState.DONE, None)
    assert list(privacy_of(shop).exports_folder.iterdir()) == []


def test_two_do_not_write_the_same_copy(shop: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = []
    real = exporting._write_whole

    def another(path: Path, content: bytes) -> None:
        with pytest.raises(BusyError):
            export_waiting(privacy_of(shop))
        refused.append(path)
        real(path, content)

    monkeypatch.setattr(exporting, "_write_whole", another)
    with shop.database.begin() as work:
        privacy_room.ask_export(work, SIYU, customer_of(shop, "user-lei-0001"))
    assert export_waiting(privacy_of(shop)) == 1
    assert len(refused) == 1


def test_nobody_is_merged_by_hand_between_the_look_and_the_erasure(database: Database) -> None:
    with database.begin() as work:
        customers_service.lock_erasing(work, SIYU)
        assert not is_free(database, MERGE_LOCK_KEY)
    assert is_free(database, MERGE_LOCK_KEY)


def test_nobody_is_erased_between_an_imports_look_and_its_rows(database: Database) -> None:
    with database.begin() as work:
        refuse_erased(work, SIYU, {1: [Identity("phone", "13800138001")]}, {1: None}, {})
        assert not is_free(database, RESOLVING_LOCK_KEY)


def test_of_a_husk_nothing_is_kept_any_more(shop: Installation) -> None:
    lei, mei = customer_of(shop, "user-lei-0001"), customer_of(shop, "user-mei-0002")
    (request,) = erase(shop, lei)
    now = shop.database.clock.now()
    words = [ConsentWord(who, MARKETING, "sms", ConsentState.GRANTED, now) for who in (lei, mei)]
    with shop.database.begin() as work:
        assert customers_service.record_consents(work, SIYU, words) == 1
    with shop.database.begin() as work, pytest.raises(UnknownCustomerError):
        customers_service.record_consents(work, STAFF, words[:1])
    with shop.database.begin() as work, pytest.raises(UnknownCustomerError):
        customers_service.set_custody(work, STAFF, lei, unit_id=1, staff_id=None)
    with shop.database.read() as reading:
        told = customers.told_of(reading, request.profile_ids)
    assert (told["consents"], told["consent_records"], told["custody"]) == ([], [], [])


def test_a_program_approves_nothing(shop: Installation) -> None:
    key = Actor(ActorKind.KEY, "3", frozenset({"customers.erase"}))
    lei = customer_of(shop, "user-lei-0001")
    with shop.database.begin() as work:
        (asked,) = privacy_room.ask_erasures(work, key, [lei], Reason.ASKED_BY_CUSTOMER)
    with shop.database.begin() as work, pytest.raises(ForbiddenError):
        privacy_room.approve_erasures(work, key, [asked.request_id], ERASURE_WORDS[0])
    assert traces(shop, "user-lei-0001") != []


def test_one_trace_among_many_costs_few_searches(shop: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    searches = 0

    def found(_database: object, _columns: object, _home: object, values: Sequence[str]) -> Search:
        nonlocal searches
        searches += 1
        hit = [Trace("company.audit.fields", 1)] if "value-17" in values else []
        return Search(len(values), 1, 1, 1, 0, hit)

    monkeypatch.setattr(erasing, "find_traces", found)
    ids = range(64)
    told = erasing._searched(privacy_of(shop), ids, {each: {f"value-{each}"} for each in ids})
    assert [each for each, search in told.items() if search.traces] == [17]
    assert sorted(told) == list(ids)
    assert searches == 1 + 2 * 6


def test_what_was_given_up_is_taken_up_by_the_clock() -> None:
    assert {each.name for each in SCHEDULE} >= {ERASURE_JOB, EXPORT_JOB}
