"""The clock jumps, back or ahead: nobody is locked out for the length of the jump, nothing revoked stays good, nothing is lost."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from siyu.domain.company import rules, service
from siyu.domain.company.contracts import KeyKind, OpenedSession, RefusedLogIn, TooManyAttemptsError
from siyu.engines.intake.door import admit_batch
from siyu.faces.api.write_keys import WriteKeys
from siyu.kernel.actors import system_actor
from siyu.kernel.clock import ManualClock
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, named, put

SYSTEM = system_actor("test")
EMAIL, PASSWORD, ADDRESS = "admin@example.com", "correct horse battery", "203.0.113.9"
JUMPS = [timedelta(days=-400), timedelta(hours=-1), timedelta(hours=1), timedelta(days=400)]


def log_in(database: Database, password: str = PASSWORD) -> OpenedSession | RefusedLogIn:
    with database.begin() as work:
        return service.log_in(work, EMAIL, password, ADDRESS)


@pytest.mark.parametrize("jump", JUMPS)
def test_nobody_waits_for_the_length_of_the_jump(database: Database, clock: ManualClock, jump: timedelta) -> None:
    with database.begin() as work:
        service.ensure_first_admin(work, EMAIL, PASSWORD, "晨曦茶饮")
    for _ in range(rules.FREE_FAILURES):
        log_in(database, "wrong")
    refused = log_in(database)
    assert isinstance(refused, RefusedLogIn)
    assert isinstance(refused.error, TooManyAttemptsError)
    clock.advance(jump)
    refused = log_in(database)
    if isinstance(refused, RefusedLogIn):
        assert isinstance(refused.error, TooManyAttemptsError)
        assert refused.error.retry_after_seconds <= rules.WAIT_MAX.total_seconds() + 1


@pytest.mark.parametrize("jump", JUMPS)
def test_a_revoked_key_is_not_good_for_the_length_of_the_jump(
    database: Database, clock: ManualClock, jump: timedelta
) -> None:
    with database.begin() as work:
        key = service.create_key(work, SYSTEM, KeyKind.WRITE, "site")
    keys = WriteKeys(database)
    assert keys.source_of(key.secret) is not None
    with database.begin() as work:
        service.revoke_key(work, SYSTEM, key.key.key_id)
    clock.advance(jump)
    assert keys.source_of(key.secret) is None


@pytest.mark.parametrize("jump", JUMPS)
def test_events_keep_their_order_in_the_log_and_are_counted_once(
    database: Database, clock: ManualClock, jump: timedelta
) -> None:
    put(database, *[track(number, messageId=f"m{number}") for number in range(5)])
    drained(database)
    clock.advance(jump)
    put(database, *[track(number, messageId=f"m{number}") for number in range(3, 9)])
    events = named(drained(database), "page_seen")
    assert len(events) == 9, "sent again with the same time of its own, an event is the same event"
    assert [event.position for event in events] == sorted(event.position for event in events)


@pytest.mark.parametrize(
    "text", ["0000-01-01", "9999-12-31T23:59:59.999999-23:59", "1e300", "-1", "1969-12-31", "+275760-09-13"]
)
def test_an_absurd_time_is_refused_or_bounded_and_takes_no_other_with_it(database: Database, text: str) -> None:
    events = [track(1, timestamp=text), track(2)]
    admission = admit_batch(
        json.dumps({"batch": events}).encode(), source="web", received_at=database.clock.now(), shards=1
    )
    assert admission.accepted + len(admission.refusals) == 2
    assert [refusal.index for refusal in admission.refusals] in ([], [0])
