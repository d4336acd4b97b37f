"""Keys come, everything is put under them while people arrive, and old keys go; look-ups are right at every moment."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from siyu.assembly import rotation
from siyu.assembly.installation import Installation
from siyu.assembly.rotation import add_key, drop_key, list_keys, rotate
from siyu.channels.wecom.callbacks import OpenedCallback
from siyu.channels.wecom.callbacks_store import claim_callbacks, put_callback
from siyu.channels.wecom.store import StoredTokens
from siyu.channels.wecom.tokens import Token, TokenKind, WecomApp
from siyu.channels.wecom.welcomes_store import Greeted, claim_welcomes, put_welcome
from siyu.domain.company import service as company
from siyu.domain.company.contracts import SignOnDraft, WecomSecrets
from siyu.domain.connections import service as connections
from siyu.domain.connections.contracts import ConnectionKind
from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.domain.privacy import reading as privacy_reading
from siyu.domain.privacy import service as privacy
from siyu.domain.privacy.contracts import SEALED_AS
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog import resealing
from siyu.platform.postgres.database import Database
from siyu.platform.sealing.files import KeysAreSetError, ensure_key_ring, store_keys
from siyu.platform.sealing.ring import DataKey, KeyRing, UnknownKeyError, WrongKeyError, written_keys
from siyu.platform.sealing.seals import KeyInUseError, LastKeyError, NoSuchKeyError
from siyu.platform.settings import Settings
from tests.conftest import START
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, put
from tests.engines.scenery import the_log

SYSTEM = system_actor("test")
SMS = ConnectionKind.SMS
PEOPLE = 30


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    settings = Settings(home=tmp_path)
    database = Database(database_url, keys=ensure_key_ring(settings))
    yield Installation(settings, database, Columns("http://nobody:x@127.0.0.1:1/none"), "secret")
    database.close()


def phone(n: int) -> str:
    return f"139{n:08d}"


def seen(database: Database, n: int) -> int:
    """The profile of a phone that is seen once more."""
    identity = Identity("phone", phone(n))
    with database.begin() as work:
        return customers.resolve(work, SYSTEM, {(identity,): START})[identity]


def told(database: Database, first: int, count: int) -> None:
    put(
        database,
        *(identify(n, f"u{n}", f"a{n}", phone=phone(n), email=f"p{n}@x.cn") for n in range(first, first + count)),
        *(
            track(n + 500, userId=f"u{n}", event="Order Completed", properties={"total": 1, "phone": phone(n)})
            for n in range(first, first + count)
        ),
    )
    drained(database)


def check_whole(database: Database, people: int) -> None:
    """Everybody is found by phone, once, and what they told can be read."""
    with database.read() as reading:
        for n in range(people):
            page = customers_reading.list_customers(reading, SYSTEM, PageRequest(), search=phone(n))
            (row,) = page.rows
            customer = customers_reading.get_customer(reading, SYSTEM, row.customer_id)
            assert customer.attributes["phone"] == phone(n)
            assert {"phone": phone(n), "email": f"p{n}@x.cn"}.items() <= {
                each.identity.kind: each.identity.value for each in customer.identities
            }.items()


def test_a_rotation_puts_everything_under_the_new_key_and_the_old_one_can_go(installation: Installation) -> None:
    database = installation.database
    told(database, 0, PEOPLE)
    put(database, identify(900, "late", "a900", phone=phone(900)))
    assert [use.key.number for use in list_keys(database)] == [1]
    assert add_key(installation) == 2
    check_whole(database, PEOPLE)
    told(database, PEOPLE, 2)
    with pytest.raises(KeyInUseError, match="profiles"):
        drop_key(installation, 1)
    assert rotate(database) > PEOPLE
    newest, old = list_keys(database)
    assert (newest.key.number, old.key.number) == (2, 1)
    assert set(old.under.values()) == {0}
    assert newest.under["profiles"] >= 2 * PEOPLE
    drop_key(installation, 1)
    assert rotate(database) == 0
    assert database.keys.numbers == [2]
    assert len((installation.settings.home / "data_keys").read_text().split()) == 1
    check_whole(database, PEOPLE + 2)
    assert seen(database, 3) == seen(database, 3)
    drained(database)
    with database.read() as reading:
        assert customers_reading.list_customers(reading, SYSTEM, PageRequest(), search=phone(900)).rows
        shown = [
            customers_reading.masked_properties(reading, row[0])
            for row in reading.driver.execute("SELECT properties::text FROM log.events WHERE name = 'order_completed'")
        ]
    assert len(shown) == PEOPLE + 2
    assert all("139****" in each for each in shown)
    with pytest.raises(LastKeyError):
        drop_key(installation, 2)
    with pytest.raises(NoSuchKeyError):
        drop_key(installation, 1)


def test_a_rotation_that_dies_anywhere_is_taken_up_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = installation.database
    told(database, 0, PEOPLE)
    add_key(installation)
    monkeypatch.setattr(rotation, "PROFILES_PER_STEP", 7)
    monkeypatch.setattr(resealing, "EVENTS_PER_STEP", 1)

    class DiedError(Exception):
        pass

    deaths, steps = 0, 0
    while True:
        left = 3

        def die(_done: int) -> None:
            nonlocal left, steps
            steps += 1
            left -= 1
            if not left:
                raise DiedError

        try:
            rotate(database, die)
            break
        except DiedError:
            deaths += 1
            check_whole(database, PEOPLE)
            told(database, PEOPLE + deaths - 1, 1)
    assert deaths > 3
    assert set(list_keys(database)[1].under.values()) == {0}
    check_whole(database, PEOPLE + deaths)


def test_a_rotation_that_is_killed_leaves_nothing_half_done(installation: Installation) -> None:
    database = installation.database
    identities = [Identity("phone", phone(n)) for n in range(8_000)]
    with database.begin() as work:
        profile_of = customers.resolve(work, SYSTEM, {(identity,): START for identity in identities})
    add_key(installation)
    environment = {**os.environ, "SIYU_HOME": str(installation.settings.home), "SIYU_DATABASE_URL": database.url}
    command = [sys.executable, "-P", "-m", "siyu", "keys", "rotate"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as rotating:
        assert rotating.stdout is not None
        assert rotating.stdout.read(2) == b"\r1"
        rotating.kill()
    newest, old = list_keys(database)
    assert newest.under["profiles"] % rotation.PROFILES_PER_STEP == 0
    assert 0 < old.under["profiles"] < 8_000
    with database.begin() as work:
        assert customers.resolve(work, SYSTEM, {(identity,): START for identity in identities}) == profile_of
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("put under the newest key\n")
    drop_key(installation, 1)
    with database.begin() as work:
        assert customers.resolve(work, SYSTEM, {(identity,): START for identity in identities}) == profile_of


def test_nobody_is_made_twice_while_keys_come_and_people_arrive(installation: Installation) -> None:
    """Arrivals see the same phones over and over, in processes that know of the new key and in such that have yet to hear."""
    database = installation.database
    others = [Database(database.url, keys=ensure_key_ring(installation.settings)) for _ in range(2)]
    stop, failures = threading.Event(), list[BaseException]()
    found: list[dict[int, set[int]]] = [{}, {}]

    def arrive(place: int) -> None:
        n = place
        try:
            while not stop.is_set():
                n += 1
                found[place].setdefault(n % 40, set()).add(seen(others[place], n % 40))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=arrive, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    try:
        for number in (2, 3, 4):
            assert add_key(installation) == number
            rotate(database)
            for n in range(40):
                seen(database, n)
            drop_key(installation, number - 1)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not failures
    for n in range(40):
        assert len({seen(database, n)} | found[0].get(n, set()) | found[1].get(n, set())) == 1
    with database.read() as reading:
        assert reading.driver.execute("SELECT count(*) FROM customers.profiles").fetchall() == [(40,)]
    for other in others:
        other.close()


def test_a_ring_of_the_setting_is_put_in_force_key_by_key(database_url: str, tmp_path: Path) -> None:
    one, two = DataKey(1, bytes(32)), DataKey(2, bytes(range(32)))
    early = Database(database_url, keys=KeyRing([one]))
    settings = Settings(home=tmp_path, data_keys=written_keys([one, two]))
    late = Database(database_url, keys=ensure_key_ring(settings))
    installation = Installation(settings, late, Columns("http://nobody:x@127.0.0.1:1/none"), "secret")
    assert seen(late, 1) == seen(early, 1)  # the new key is there, but not in force yet
    assert add_key(installation) == 2
    with pytest.raises(KeysAreSetError, match="key 3"):
        add_key(installation)
    seen(late, 2)
    with pytest.raises(UnknownKeyError, match="key 2"):
        seen(early, 2)
    wrong = Database(database_url, keys=KeyRing([one, DataKey(2, bytes(32))]))
    with pytest.raises(WrongKeyError, match="key 2"):
        seen(wrong, 2)
    for each in (early, late, wrong):
        each.close()


def test_a_new_key_waits_for_those_who_still_seal_under_the_old_one(installation: Installation) -> None:
    database = installation.database
    seen(database, 1)
    added = threading.Event()

    def add() -> None:
        add_key(installation)
        added.set()

    thread = threading.Thread(target=add)
    with database.begin() as work:
        assert work.seals.newest == 1
        thread.start()
        assert not added.wait(0.3)
    thread.join(10)
    assert added.is_set()


def test_the_log_says_the_same_after_a_rotation(installation: Installation) -> None:
    database = installation.database
    told(database, 0, 3)
    before = the_log(database)
    add_key(installation)
    rotate(database)
    after = the_log(database)
    assert [each.event_id for each in after] == [each.event_id for each in before]
    sealed = [(a, b) for a, b in zip(before, after, strict=True) if a.properties != b.properties]
    assert len(sealed) >= 6
    for old, new in sealed:
        assert set(old.properties) == set(new.properties)
        assert all(
            str(value).startswith("sealed:2:") for name, value in new.properties.items() if name in ("phone", "email")
        )
    with psycopg.connect(database.url) as driver:
        assert driver.execute(
            "SELECT count(*) FROM log.events WHERE strpos(properties::text, 'sealed:1:') > 0"
        ).fetchall() == [(0,)]


def test_what_an_erasure_keeps_is_put_under_the_new_key_and_who_was_erased_stays_known(
    installation: Installation,
) -> None:
    database = installation.database
    someone = Identity("phone", phone(1))
    with database.begin() as work:
        work.driver.execute(
            "INSERT INTO privacy.requests (kind, profile_id, state, reason, requested_by, requested_at, sealed_values)"
            " VALUES ('erasure', 1, 'running', 'x', 'staff:1', now(), %s)",
            (work.seals.seal_bytes(SEALED_AS, b'["x"]'),),
        )
        privacy.suppress(work, SYSTEM, [someone])
    add_key(installation)
    assert list_keys(database)[1].under["requests"] == 1
    assert rotate(database) == 1
    with database.read() as reading:
        ((sealed,),) = reading.driver.execute("SELECT sealed_values FROM privacy.requests").fetchall()
        assert database.keys.open_bytes(SEALED_AS, sealed) == b'["x"]'
        assert sealed[:2] == b"\x00\x02"
    with pytest.raises(KeyInUseError, match="1 suppressed"):
        drop_key(installation, 1)
    with database.read() as reading:
        assert privacy_reading.suppressed_among(reading, [someone]) == {someone}


def test_the_file_of_keys_is_written_by_one_at_a_time(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two who read it and write it would lose a key that is in force, and everything under it."""
    free = []

    def watched(settings: Settings, keys: Iterable[DataKey]) -> None:
        with psycopg.connect(installation.database.url) as driver:
            free.extend(driver.execute("SELECT pg_try_advisory_xact_lock(sealing.lock_key())").fetchall())
        store_keys(settings, keys)

    monkeypatch.setattr(rotation, "store_keys", watched)
    add_key(installation)
    drop_key(installation, 1)
    assert free == [(False,), (False,)]


def test_a_drop_that_was_cut_off_takes_the_secret_away_when_called_again(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_key(installation)

    def cut_off(_settings: Settings, _keys: Iterable[DataKey]) -> None:
        raise OSError("the process died here")

    with monkeypatch.context() as patched:
        patched.setattr(rotation, "store_keys", cut_off)
        with pytest.raises(OSError, match="died here"):
            drop_key(installation, 1)
    assert ensure_key_ring(installation.settings).numbers == [2, 1]
    drop_key(installation, 1)
    assert ensure_key_ring(installation.settings).numbers == [2]
    with pytest.raises(NoSuchKeyError):
        drop_key(installation, 1)


def test_who_is_erased_is_remembered_under_a_key_that_this_process_had_not_seen(installation: Installation) -> None:
    """Else the old key could go, and with it the memory of whom an import must not bring back."""
    someone = Identity("user_id", "somebody")
    add_key(installation)
    stale = Database(installation.database.url, keys=ensure_key_ring(installation.settings))
    try:
        add_key(installation)
        with stale.begin() as work:
            privacy.suppress(work, SYSTEM, [someone])
    finally:
        stale.close()
    drop_key(installation, 1)
    drop_key(installation, 2)
    with installation.database.read() as reading:
        assert privacy_reading.suppressed_among(reading, [someone]) == {someone}


def test_what_is_kept_for_wecom_is_put_under_the_new_key(installation: Installation) -> None:
    """Secrets, callbacks that wait, welcomes on their way; tokens are forgotten. The old key can go, and all can be read."""
    database = installation.database
    now = database.clock.now()
    secrets = WecomSecrets("secret", "", "Token", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
    with database.begin() as work:
        company.ensure_first_admin(work, "a@x.cn", "correct horse battery", "x")
        company.save_wecom_corp(work, SYSTEM, "ww1", "x", agent_id=1, secrets=secrets)
        company.save_sign_on(work, SYSTEM, SignOnDraft("x", "https://id.x.cn", "siyu", "a secret of ours"))
        secret, sign, url = {"secret": "of a vendor"}, {"sign_name": "x"}, "https://sms.example"
        connections.save_connection(
            work, SYSTEM, SMS, "main", vendor="generic", name="x", base_url=url, secrets=secret, settings=sign
        )
        put_callback(work, "ww1", OpenedCallback({"UserID": "zhang"}, b"key", "e", "c", now))
        put_welcome(work, "ww1", Greeted("code", "zhang", "wm1"), "", now + timedelta(seconds=20))
    app = WecomApp("ww1", "secret")
    StoredTokens(database).save("ww1", app.holder, TokenKind.ACCESS, Token("token", now + timedelta(hours=1)))
    old = list_keys(database)[0]
    assert [old.under[name] for name in ("connections", "sign_on", "wecom", "channels")] == [1, 1, 3, 1]
    add_key(installation)
    rotate(database)
    drop_key(installation, old.key.number)
    with database.begin() as work:
        vendor = connections.find_live_connection(work, SYSTEM, SMS, "main")
        assert vendor is not None
        assert vendor.secrets == secret
        assert getattr(company.live_sign_on(work, SYSTEM), "client_secret", "") == "a secret of ours"
        connection = company.find_wecom_connection(work, SYSTEM, "ww1")
        assert connection is not None
        assert connection.secrets == secrets
        assert claim_callbacks(work, "ww1", 9)[0].fields == {"UserID": "zhang"}
        assert claim_welcomes(work, 9)[0].greeted.code == "code"
    assert StoredTokens(database).find(app.holder, TokenKind.ACCESS) is None
