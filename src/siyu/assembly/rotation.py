"""The keys that phones and e-mail are sealed with: a new one, everything put under it while Siyu runs, the old one dropped.

Each step is a small transaction of its own, and what is done is told by the rows themselves: cut off anywhere, a rotation
that is started again goes on with what is left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from siyu.assembly.installation import Installation
from siyu.channels.wecom import sealing as wecom
from siyu.domain.company import reading as company_reading
from siyu.domain.company import service as company
from siyu.domain.company.service import record_audit
from siyu.domain.connections import reading as connections_reading
from siyu.domain.connections import service as connections
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.entries import reading as entries_reading
from siyu.domain.entries import service as entries
from siyu.domain.hooks import reading as hooks_reading
from siyu.domain.hooks import service as hooks
from siyu.domain.privacy import reading as privacy_reading
from siyu.domain.privacy import service as privacy
from siyu.domain.service import reading as service_reading
from siyu.domain.service import service
from siyu.kernel.actors import system_actor
from siyu.platform.eventlog import resealing
from siyu.platform.inbox import sealing as inbox
from siyu.platform.postgres.database import Database, Reading
from siyu.platform.sealing.files import KeysAreSetError, store_keys
from siyu.platform.sealing.ring import KeyRing, new_key
from siyu.platform.sealing.seals import (
    KeyInForce,
    KeyInUseError,
    LastKeyError,
    NoSuchKeyError,
    keys_in_force,
    lock_keys,
    put_in_force,
    put_out_of_force,
)

ACTOR = system_actor("keys")
PROFILES_PER_STEP = 1_000
BODIES_PER_STEP = 100

OnProgress = Callable[[int], None]
"""Is told how many things have been put under the newest key so far."""


@dataclass(frozen=True, slots=True)
class KeyUse:
    """A key in force, and how much is under it: {profiles, log_batches, inbox, requests, answers, conversations, connections,
    sign_on, wecom, hooks, channels, suppressed}."""

    key: KeyInForce
    under: Mapping[str, int]


def add_key(installation: Installation) -> int:
    """Makes a key, or takes one that the key ring holds already, and puts it in force; gives its number. From the commit on
    everything new is sealed under it, in every process."""
    database, settings = installation.database, installation.settings
    with database.begin() as work:
        _ = work.seals  # the first key of all is in force from here on
    with database.begin() as work:
        lock_keys(work.driver)
        newest = max(key.number for key in keys_in_force(work.driver))
        ring = database.keys
        ring.refresh()
        number = min((each for each in ring.numbers if each > newest), default=None)
        if number is None:
            number = newest + 1
            if settings.data_keys:
                raise KeysAreSetError(f"Add a key {number}.")
            store_keys(settings, [*(ring.key(each) for each in ring.numbers), new_key(number)])
        put_in_force(work.driver, ring, number)
        record_audit(work, ACTOR, "keys.add", f"key:{number}")
    return number


def rotate(database: Database, on_progress: OnProgress = lambda _done: None) -> int:
    """Puts everything that is under an older key under the newest; gives how many things that were."""
    done = after = 0
    while True:
        with database.begin() as work:
            profile_ids = customers.reseal(work, ACTOR, after=after, size=PROFILES_PER_STEP)
        if not profile_ids:
            break
        done, after = done + len(profile_ids), profile_ids[-1]
        on_progress(done)
    for step in (
        resealing.reseal_log,
        lambda work: inbox.reseal_bodies(work, BODIES_PER_STEP),
        lambda work: privacy.reseal(work, ACTOR, BODIES_PER_STEP),
        lambda work: entries.reseal(work, ACTOR, BODIES_PER_STEP),
        lambda work: service.reseal(work, ACTOR, BODIES_PER_STEP),
        lambda work: company.reseal_wecom(work, ACTOR, BODIES_PER_STEP),
        lambda work: company.reseal_sign_on(work, ACTOR),
        lambda work: wecom.reseal(work, BODIES_PER_STEP),
        lambda work: connections.reseal_connections(work, ACTOR, BODIES_PER_STEP),
        lambda work: hooks.reseal(work, ACTOR, BODIES_PER_STEP),
    ):
        while True:
            with database.begin() as work:
                count = step(work)
            if not count:
                break
            done += count
            on_progress(done)
    with database.begin() as work:
        record_audit(work, ACTOR, "keys.rotate", f"key:{work.seals.newest}", count=done)
    return done


def list_keys(database: Database) -> list[KeyUse]:
    """The keys in force, the newest first, and what is under each."""
    with database.read() as reading:
        used = _used(reading)
        return [
            KeyUse(key, {place: counts.get(key.number, 0) for place, counts in used.items()})
            for key in keys_in_force(reading.driver)
        ]


def drop_key(installation: Installation, number: int) -> None:
    """Takes a key out of force, and out of the key ring where that is a file. KeyInUseError while anything is under it. Cut off
    between the two, it goes on with the ring when it is called again."""
    database, settings = installation.database, installation.settings
    with database.begin() as work:
        lock_keys(work.driver)
        numbers = [key.number for key in keys_in_force(work.driver)]
        is_left = not settings.data_keys and number in _refreshed(database.keys) and number < max(numbers, default=0)
        if number not in numbers and not is_left:
            raise NoSuchKeyError(f"It is key {number}.")
        if number == max(numbers):
            raise LastKeyError
        if held := {place: counts[number] for place, counts in _used(work).items() if counts.get(number)}:
            raise KeyInUseError(", ".join(f"{count} {place}" for place, count in held.items()) + ".", number=number)
        put_out_of_force(work.driver, number)
        record_audit(work, ACTOR, "keys.drop", f"key:{number}")
    if not settings.data_keys:
        ring = database.keys
        with (
            database.begin() as work
        ):  # after the commit, and never while another adds a key: a key in force must not be lost
            lock_keys(work.driver)
            store_keys(settings, [ring.key(each) for each in _refreshed(ring) if each != number])
        ring.refresh()


def _refreshed(ring: KeyRing) -> list[int]:
    ring.refresh()
    return ring.numbers


def _used(reading: Reading) -> dict[str, dict[int, int]]:
    """{place: {number: how much is under it}}. Hashes of erased identities cannot be made anew: the keys that there were when
    they were made stay, lest an import bring back who was erased."""
    keys = keys_in_force(reading.driver)
    suppressed = privacy_reading.suppressed_before(reading, keys[0].added_at) if keys else 0
    return {
        "profiles": customers_reading.profiles_by_key(reading),
        "log_batches": resealing.batches_by_key(reading.driver),
        "inbox": inbox.bodies_by_key(reading.driver),
        "requests": privacy_reading.requests_by_key(reading),
        "answers": entries_reading.answers_by_key(reading),
        "conversations": service_reading.messages_by_key(reading),
        "connections": company_reading.wecom_by_key(reading),
        "sign_on": company_reading.sign_on_by_key(reading),
        "wecom": wecom.bodies_by_key(reading),
        "hooks": hooks_reading.sealed_by_key(reading),
        "channels": connections_reading.connections_by_key(reading),
        "suppressed": {key.number: suppressed for key in keys[1:]},
    }
