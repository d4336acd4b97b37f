"""What a message is worth for each of many customers, in fen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from siyu.domain.customers import reading as customers
from siyu.domain.segments import reading as segments
from siyu.domain.sends.contracts import Worth
from siyu.engines.reach.planning import Ids
from siyu.platform.columns.client import Columns
from siyu.platform.columns.schema import ESTIMATES
from siyu.platform.postgres.database import Reading

MODEL = "value"
SLICE = 50_000
FEN_MAX = 10**12
"""An attribute of more than this is nobody's worth."""


def worths_of(reading: Reading, columns: Columns, worth: Worth, ids: Ids) -> NDArray[np.int64]:
    """One number for each of `ids`, which ascend; 0 where nobody knows."""
    match worth.by:
        case "expected":
            return _expected(reading, columns, worth.percent, ids)
        case "attribute":
            return _attributes(reading, worth.attribute.strip(), ids)
        case "none":
            return np.zeros(len(ids), dtype=np.int64)


def _expected(reading: Reading, columns: Columns, percent: int, ids: Ids) -> NDArray[np.int64]:
    found = np.zeros(len(ids), dtype=np.int64)
    edition = segments.editions(reading).get(MODEL)
    if not edition or not len(ids):
        return found
    query = (
        f"SELECT customer_id, toInt64(numbers['expected_value_fen']) FROM {ESTIMATES}"  # noqa: S608  # a name of our own
        " WHERE model = {model:String} AND edition = {edition:UInt32} ORDER BY customer_id"
    )
    rows = columns.query(query, {"model": MODEL, "edition": edition})
    known = np.fromiter((row[0] for row in rows), dtype=np.uint64, count=len(rows))
    values = np.fromiter((row[1] for row in rows), dtype=np.int64, count=len(rows))
    _, here, there = np.intersect1d(ids, known, assume_unique=True, return_indices=True)
    found[here] = np.maximum(values[there] * percent // 100, 0)
    return found


def _attributes(reading: Reading, name: str, ids: Ids) -> NDArray[np.int64]:
    found = np.zeros(len(ids), dtype=np.int64)
    for start in range(0, len(ids), SLICE):
        part = ids[start : start + SLICE].tolist()
        known = customers.attributes_of(reading, part)
        found[start : start + len(part)] = [_fen(known.get(each, {}).get(name)) for each in part]
    return found


def _fen(yuan: object) -> int:
    if isinstance(yuan, bool) or not isinstance(yuan, int | float):
        return 0
    fen = yuan * 100
    return round(fen) if 0 < fen < FEN_MAX else 0
