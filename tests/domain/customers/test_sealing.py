"""What says phone or e-mail is sealed wherever it stands, opens to what was told, and nothing else is touched."""

from __future__ import annotations

import json
from typing import Any, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siyu.domain.customers import reading as customers_reading
from siyu.domain.customers import sealing, service
from siyu.domain.customers.contracts import IDENTIFYING_NAMES, SEALED_KINDS, AttributeChange, Identity, identifying_kind
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.platform.sealing.ring import KeyRing
from siyu.platform.sealing.seals import Seals
from tests.conftest import KEYS, START
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, named, put

SYSTEM = system_actor("test")
SEALS = Seals(KEYS, [1])
PHONE, EMAIL = "13955512347", "zhao@example.cn"

NAMES = st.sampled_from(
    [*IDENTIFYING_NAMES, "Phone_Number", "E-Mail", "MOBILE", "手机号", "city", "name", "hotel", "x"]
)
LEAVES = st.sampled_from([PHONE, EMAIL, "sealed:1:phone:AAAA", "", "上海"]) | st.integers() | st.booleans() | st.none()
DOCUMENTS = st.dictionaries(
    NAMES,
    st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3)),
    max_size=4,
)


class Work:
    """What sealing needs of a unit of work."""

    seals = SEALS
    keys = KEYS


WORK = cast(UnitOfWork, Work())


def personal(name: str, value: Any) -> list[Any]:
    """The values in a document that may not be read in it."""
    if isinstance(value, dict):
        return [each for inner, found in value.items() for each in personal(inner, found)]
    if isinstance(value, list):
        return [each for found in value for each in personal(name, found)]
    is_one = identifying_kind(name) in SEALED_KINDS and not isinstance(value, bool) and value not in ("", None)
    return [value] if is_one else []


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS, st.booleans())
def test_a_document_is_sealed_whole_and_opens_to_itself(document: dict[str, Any], escaped: bool) -> None:
    text = json.dumps(document, ensure_ascii=escaped).encode()
    sealed = sealing.sealed_json(WORK, text)
    stored = json.loads(sealed)
    assert personal("", document) == [KEYS.open_value(each)[1] for each in personal("", stored)]
    assert sealing.opened_document(KEYS, stored) == document
    assert sealing.sealed_json(Work(), text) == sealed  # type: ignore[arg-type]  # a stand-in
    if not personal("", document) and b"sealed:" not in text:
        assert sealed == text
    masked = json.loads(sealing.masked_json(KEYS, sealed.decode()))
    assert masked == sealing.masked_document(KEYS, stored)
    assert all("***" in str(each) for each in personal("", masked))


def test_every_name_of_a_sealed_kind_is_noticed_before_a_document_is_decoded() -> None:
    for name, kind in IDENTIFYING_NAMES.items():
        if kind in SEALED_KINDS:
            for spelt in (name, name.upper(), "_".join(name), "-".join(name)):
                assert sealing.may_have_to_be_sealed(json.dumps({spelt: "x"}, ensure_ascii=False).encode()), spelt
    assert not sealing.may_have_to_be_sealed(b'{"city":"x","total":12.5}')


def test_profiles_attributes_and_events_lie_sealed(database: Database) -> None:
    put(database, identify(1, "u1", "a1", phone="+86 139-5551-2347", email=EMAIL.upper(), city="上海"))
    put(database, track(2, userId="u1", properties={"contact": {"email": EMAIL}, "total": 3}))
    with database.read() as reading:
        for (body,) in reading.driver.execute("SELECT body FROM inbox.batches").fetchall():
            assert b"batch" not in body
            assert b"u1" not in body
    (seen,) = named(drained(database), "page_seen")
    assert seen.properties["contact"]["email"].startswith("sealed:1:email:")
    assert seen.properties["total"] == 3
    with database.read() as reading:
        rows = reading.driver.execute(
            "SELECT kind, value, sealed, sealed_under, attributes::text FROM customers.profiles ORDER BY profile_id"
        ).fetchall()
        found = {row[0]: row for row in rows}
        assert found["phone"][1] == KEYS.key(1).token("phone", PHONE)
        assert KEYS.open_text("phone", found["phone"][2]) == PHONE
        assert found["user_id"][2] is None
        assert found["user_id"][3] == 1
        assert "上海" in found["user_id"][4]
        assert not any(each in str(rows).lower() for each in (PHONE, "5551-2347", EMAIL))
        customer = customers_reading.get_customer(reading, SYSTEM, 1)
        assert customer.attributes == {"phone": "+86 139-5551-2347", "email": EMAIL.upper(), "city": "上海"}
        (traits,) = customers_reading.traits(reading, [1])
        assert traits.attributes == {"phone": "+86****2347", "email": "Z***@EXAMPLE.CN", "city": "上海"}
        assert customers_reading.attributes_of(reading, [1]) == {1: dict(customer.attributes)}
        assert Identity("email", EMAIL) in customers_reading.identities_of(reading, [1])[1]


def test_telling_the_same_again_changes_nothing(database: Database) -> None:
    with database.begin() as work:
        made = service.resolve(work, SYSTEM, {(Identity("user_id", "u"),): START})
    change = AttributeChange(made[Identity("user_id", "u")], {"phone": PHONE, "age": 3}, START)
    for expected in (1, 0):
        with database.begin() as work:
            assert service.set_attributes(work, SYSTEM, [change]) == expected


def test_who_brings_neither_phone_nor_e_mail_needs_no_key(database_url: str) -> None:
    database = Database(database_url, keys=KeyRing([]))
    with database.begin() as work:
        made = service.resolve(work, SYSTEM, {(Identity("user_id", "u"),): START})
        service.set_attributes(work, SYSTEM, [AttributeChange(made[Identity("user_id", "u")], {"age": 3}, START)])
    with database.read() as reading:
        assert reading.driver.execute("SELECT sealed_under FROM customers.profiles").fetchall() == [(None,)]
        assert reading.driver.execute("SELECT sealed_under FROM log.batches").fetchall() == [(None,)]
        assert len(customers_reading.list_customers(reading, SYSTEM, PageRequest()).rows) == 1
    database.close()


def test_a_value_from_outside_that_looks_sealed_is_told_back_as_it_was(database: Database) -> None:
    forged = "sealed:1:phone:" + "A" * 60
    put(database, identify(1, "u1", "a1", phone=forged, note=forged, **{forged: forged}))
    drained(database)
    with database.read() as reading:
        customer = customers_reading.get_customer(reading, SYSTEM, 1)
    assert customer.attributes == {"phone": forged, "note": forged, forged: forged}
