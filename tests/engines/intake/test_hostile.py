"""Whatever comes to the door is refused there or reaches the columns; nothing stops those who come after."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence

import pytest

from siyu.domain.customers.reading import list_customers
from siyu.engines.intake.contracts import BadRequestBodyError
from siyu.engines.intake.door import admit_batch
from siyu.engines.intake.telling import ORDER_COMPLETED, ToldOrders
from siyu.engines.projection.projecting import columns_projector
from siyu.kernel.actors import system_actor
from siyu.kernel.paging import PageRequest
from siyu.platform.columns.client import Columns
from siyu.platform.eventlog.consuming import Consumer, consume_once
from siyu.platform.eventlog.projecting import project_once
from siyu.platform.inbox.inbox import put_batches
from siyu.platform.postgres.database import Database
from tests.engines.intake.test_door import track
from tests.engines.intake.test_draining import drained, identify, named

ORDERS = Consumer("orders", {ORDER_COMPLETED: [ToldOrders("CNY").record_told_orders]})
SYSTEM = system_actor("test")

NOISE = "".join(random.Random(7).choices([chr(code) for code in range(0x4E00, 0x9FA5)], k=8_000))
"""Text that does not get smaller by compression."""

DOCUMENTS = {
    "number beyond a double": b'{"a":1e400}',
    "number of many digits": b'{"a":' + b"9" * 5000 + b"}",
    "number of some thousand digits": b'{"a":' + b"9" * 4000 + b"}",
    "large power": b'{"a":1e300,"b":-1.5e307}',
    "not UTF-8": b'{"a":"\xff\xfe"}',
    "overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "UTF-8 of a surrogate": b'{"a":"\xed\xa0\x80"}',
    "high surrogate": b'{"a":"\\ud800"}',
    "high surrogate, then text": b'{"a":"\\ud800 and more text"}',
    "low surrogate": b'{"a":"\\udc00 and more text"}',
    "surrogate in a name": b'{"\\udc00 and more":1}',
    "deep": b'{"a":' + b"[" * 300 + b"]" * 300 + b"}",
    "very deep": b'{"a":' + b"[" * 15_000 + b"]" * 15_000 + b"}",
    "deep objects": b'{"a":' * 4_000 + b"1" + b"}" * 4_000,
    "one name twice": b'{"a":1,"a":"x"}',
    "one path twice": b'{"a.b":1,"a":{"b":"x"}}',
    "value and object": b'{"a.b":1,"a":2}',
    "empty name": b'{"":1,"a":{"":{"":2}}}',
    "odd names": '{"a\\tb":1,"\\u001f":2,"`x`":3,"x^y[]":4,"私域 🎏":5}'.encode(),
    "mixed list": b'{"a":[1,"x",null,{"b":[]},[[]],1.5,true]}',
    "hostile types of hot paths": b'{"total_fen":"many","currency":{"a":1},"order_id":[1]}',
    "large number in a hot path": b'{"total_fen":99999999999999999999,"currency":7,"order_id":1.5}',
    "long name of a person": ('{"name":"' + NOISE + '"}').encode(),
    "names that are no text": b'{"name":{"first":"x"},"city":[1],"phone":true,"email":1e5}',
    "trailing space": b'{ "a" : 1 , "b" : [ 1 , 2 ] }',
    "many names": json.dumps({f"name {n}": n for n in range(1500)}).encode(),
    "amount beyond every number": b'{"order_id":"A","total":"1e999999"}',
    "amount below every number": b'{"order_id":"B","total":"-1e-999999999"}',
    "amount as a float without end": b'{"order_id":"C","total":1e308}',
    "order id of the wrong kind": b'{"order_id":{"a":1},"total":1}',
    "order id with separators": b'{"order_id":"a\\u001fb","total":1,"currency":"\\u001f\\t\\n"}',
    "quantities out of range": b'{"order_id":"D","total":1,"products":[{"quantity":99999999999999999999}]}',
}


def raw_event(kind: str, user: str, document: bytes) -> bytes:
    head = {"type": kind, "userId": user, "messageId": user, "event": "Order Completed"}
    member = b"traits" if kind == "identify" else b"properties"
    return json.dumps(head).encode()[:-1] + b',"' + member + b'":' + document + b"}"


def told(database: Database, events: Sequence[bytes]) -> int:
    """Tells them in one request; gives how many were taken."""
    admission = admit_batch(
        b'{"batch":[' + b",".join(events) + b"]}", source="web", received_at=database.clock.now(), shards=1
    )
    with database.begin() as work:
        put_batches(work, admission.batches)
    return admission.accepted


@pytest.mark.parametrize("kind", ["track", "identify"])
def test_no_document_stops_those_who_come_after(database: Database, columns: Columns, kind: str) -> None:
    arrived = 0
    for number, (fault, document) in enumerate(DOCUMENTS.items()):
        good = json.dumps(track(number, userId=f"good{number}", event="Arrived")).encode()
        try:
            arrived += 1
            assert told(database, [raw_event(kind, f"odd{number}", document), good]) >= 1, fault
        except BadRequestBodyError:
            assert fault in {"very deep", "deep objects"}
            assert told(database, [good]) == 1
    drained(database)
    again = [json.dumps(identify(1000 + n, f"odd{n}", f"a{n}", seen=1)).encode() for n in range(len(DOCUMENTS))]
    assert told(database, again) == len(DOCUMENTS)
    drained(database)
    while consume_once(database, ORDERS):
        pass
    events = drained(database)
    while project_once(database, columns_projector(columns)):
        pass
    assert len(named(events, "arrived")) == arrived
    assert columns.query("SELECT count() FROM events WHERE name = 'arrived'") == [(arrived,)]
    assert columns.query("SELECT count() FROM customers FINAL WHERE attributes.seen = 1") == [(len(DOCUMENTS),)]
    with database.read() as reading:
        rows = list_customers(reading, SYSTEM, PageRequest(size=500)).rows
    assert len(rows) == arrived + len(DOCUMENTS)
    assert all(len(row.display_name) <= 100 for row in rows)
