"""A file of customers, for a list of them: which column names them is found out, and who is known by it is looked up.

Nobody is made and nothing is kept: what matters is who of those named is a customer already. The column is guessed from its
name and from what is in it; where several could be meant, the one by which most of the first rows are known.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from siyu.domain.customers import reading as customers
from siyu.domain.customers.contracts import BadIdentityError, Identity, normal_identity
from siyu.engines.intake.importing_guesses import identity_columns
from siyu.engines.intake.tables import BadTableError, Row, TableOptions, open_table
from siyu.kernel.actors import Actor
from siyu.platform.numbers import distinct
from siyu.platform.postgres.database import Reading

ROWS_MAX = 1_000_000
ROWS_LOOKED_AT = 1_000
ROWS_AT_ONCE = 20_000
CUSTOMER_ID: Final = "customer_id"
"""Not an identity: the number by which Siyu itself knows a customer, as its own exports have it."""

ListedKind = Literal[
    "customer_id",
    "phone",
    "email",
    "member_id",
    "unionid",
    "openid",
    "external_userid",
    "user_id",
    "anonymous_id",
]

_OWN_NAMES = frozenset({"customerid", "siyuid", "客户编号", "客户id", "客户号"})
_NOT_A_WORD = re.compile(r"[\W_]+")
_CONTENTS: Sequence[tuple[str, re.Pattern[str]]] = (
    ("phone", re.compile(r"\+?[0-9][0-9 \-]{4,18}")),
    ("email", re.compile(r"[^@\s]+@[^@\s]+")),
    (CUSTOMER_ID, re.compile(r"[0-9]{1,18}")),
    ("member_id", re.compile(r"\S{1,64}")),
    ("user_id", re.compile(r"\S{1,64}")),
)
"""What a column may hold whose name says nothing."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Who a file names. Of `rows`, `found` name a customer, `doubled` one who was named before, `unknown` nobody that the
    asker may see."""

    customer_ids: NDArray[np.uint64]
    column: str
    kind: str
    rows: int
    found: int
    unknown: int
    doubled: int


@dataclass(frozen=True, slots=True)
class _Column:
    """A column, and what it is taken to hold."""

    name: str
    kind: str


def read_listed(
    reading: Reading, actor: Actor, path: Path, *, column: str | None = None, kind: ListedKind | None = None
) -> Listed:
    """Reads the file to its end. BadTableError where it is no table, no column names customers, or it has too many rows."""
    actor.require("lists.write")
    table = open_table(path, TableOptions(), [column] if column else [])
    head = list(itertools.islice(table.rows, ROWS_LOOKED_AT))
    columns = [column] if column else [each for each in table.shape.columns if each]
    chosen = _chosen(reading, _candidates(columns, head, kind), head)
    visible = customers.ids_in_scope(reading, actor)
    found: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    rows = 0
    for batch in _batches(itertools.chain(head, table.rows)):
        texts = [text for row in batch if (text := _cell(row, chosen.name))]
        if rows == 0 and _is_row(chosen):
            texts.insert(0, chosen.name)
        rows += len(texts) + sum(row.fault is not None for row in batch)
        if rows > ROWS_MAX:
            raise BadTableError(f"It has more than {ROWS_MAX} rows.", why="too_many_rows")
        known = _known(reading, chosen.kind, texts)
        ids = np.fromiter((known[each] for each in texts if each in known), np.uint64)
        found.append(ids if visible is None else ids[np.isin(ids, visible)])
    named = np.concatenate(found)
    once = distinct(named)
    return Listed(
        customer_ids=once,
        column=chosen.name,
        kind=chosen.kind,
        rows=rows,
        found=len(once),
        unknown=rows - len(named),
        doubled=len(named) - len(once),
    )


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(itertools.islice(rows, ROWS_AT_ONCE)):
        yield batch


def _cell(row: Row, column: str) -> str:
    return row.cells.get(column, "").strip() if row.fault is None else ""


def _is_row(chosen: _Column) -> bool:
    """Whether what should be the column's name is somebody's number: the file has no header."""
    pattern = dict(_CONTENTS[:3]).get(chosen.kind)
    return pattern is not None and pattern.fullmatch(chosen.name) is not None


def _candidates(columns: Sequence[str], head: Sequence[Row], kind: str | None) -> list[_Column]:
    """What the customers may be named by, the likeliest first."""
    if kind is not None:
        by_name = [each.column for each in identity_columns(columns, head) if each.kind == kind]
        own = [name for name in columns if kind == CUSTOMER_ID and _normal(name) in _OWN_NAMES]
        return [_Column(name, kind) for name in [*by_name, *own, *columns][:1]]
    found = [_Column(name, CUSTOMER_ID) for name in columns if _normal(name) in _OWN_NAMES]
    found += [_Column(each.column, each.kind) for each in identity_columns(columns, head)]
    if found:
        return found
    for name in columns:
        texts = [text for row in head if (text := _cell(row, name))]
        found += [
            _Column(name, each)
            for each, pattern in _CONTENTS
            if texts and sum(bool(pattern.fullmatch(text)) for text in texts) * 10 >= len(texts) * 9
        ]
    return found


def _normal(name: str) -> str:
    return _NOT_A_WORD.sub("", unicodedata.normalize("NFKC", name)).lower()


def _chosen(reading: Reading, candidates: Sequence[_Column], head: Sequence[Row]) -> _Column:
    """The candidate by which most of the first rows are known; of several equally good ones the likeliest."""
    if not candidates:
        raise BadTableError(
            "No column of it names customers; name one customer_id, phone, email or member_id.", why="no_identity"
        )

    def known(candidate: _Column) -> int:
        texts = [text for row in head if (text := _cell(row, candidate.name))]
        return len(_known(reading, candidate.kind, texts))

    return candidates[0] if len(candidates) == 1 else max(candidates, key=known)


def _known(reading: Reading, kind: str, texts: Sequence[str]) -> dict[str, int]:
    """{text as it stands in the file: customer}; who is not known is left out."""
    if kind == CUSTOMER_ID:
        numbers = {text: int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19}
        now_of = customers.customers_now(reading, sorted(set(numbers.values())))
        return {text: now_of[number] for text, number in numbers.items() if number in now_of}
    identity_of: dict[str, Identity] = {}
    for text in texts:
        try:
            identity_of[text] = normal_identity(kind, text)
        except BadIdentityError:
            continue
    customer_of = customers.customers_known_as(reading, set(identity_of.values()))
    return {text: customer_of[each] for text, each in identity_of.items() if each in customer_of}
