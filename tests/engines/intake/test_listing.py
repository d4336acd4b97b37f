"""Files of customers for a list: which column names them, in which spelling, and who is known by it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from openpyxl import Workbook

from siyu.domain.company import service as company
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import Identity
from siyu.engines.intake import listing
from siyu.engines.intake.listing import Listed, ListedKind, read_listed
from siyu.engines.intake.tables import BadTableError
from siyu.kernel.actors import Actor, ActorKind, Scope, system_actor
from siyu.kernel.errors import ForbiddenError
from siyu.platform.postgres.database import Database

SIYU = system_actor("test")
KNOWN = (
    Identity("phone", "13800000001"),
    Identity("phone", "13800000002"),
    Identity("member_id", "M1"),
    Identity("email", "li@example.cn"),
    Identity("external_userid", "wmAAA"),
    Identity("unionid", "oUnion1"),
    Identity("member_id", "1"),
)


@pytest.fixture
def ids(database: Database) -> dict[Identity, int]:
    with database.begin() as work:
        return customers.resolve(work, SIYU, dict.fromkeys(((each,) for each in KNOWN), work.clock.now()))


def read(
    database: Database, path: Path, column: str | None = None, kind: ListedKind | None = None, actor: Actor = SIYU
) -> Listed:
    with database.read() as reading:
        return read_listed(reading, actor, path, column=column, kind=kind)


def counts(found: Listed) -> tuple[int, int, int, int]:
    return found.rows, found.found, found.unknown, found.doubled


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_phones_in_any_spelling_and_encoding(
    database: Database, ids: dict[Identity, int], tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "x"
    text = "姓名,手机号\n李,138-0000-0001\n王,+86 13800000002\n李,13800000001\n赵,13900000009\n空,\n坏,abc\n"
    path.write_bytes(text.encode(encoding))
    found = read(database, path)
    assert found.customer_ids.tolist() == sorted(ids[each] for each in KNOWN[:2])
    assert (found.column, found.kind, counts(found)) == ("手机号", "phone", (5, 2, 2, 1))


def test_excel_and_every_kind_of_identity(database: Database, ids: dict[Identity, int], tmp_path: Path) -> None:
    for column, kind, identity in (
        ("会员号", "member_id", KNOWN[2]),
        ("Email", "email", KNOWN[3]),
        ("external_userid", "external_userid", KNOWN[4]),
        ("UnionID", "unionid", KNOWN[5]),
    ):
        book = Workbook()
        assert book.active is not None
        book.active.append(["备注", column])
        book.active.append(["x", identity.value])
        book.active.append(["y", "nobody@x" if kind == "email" else "nobody"])
        book.save(tmp_path / f"{kind}.xlsx")
        found = read(database, tmp_path / f"{kind}.xlsx")
        assert (found.column, found.kind, counts(found)) == (column, kind, (2, 1, 1, 0))
        assert found.customer_ids.tolist() == [ids[identity]]


def test_numbers_are_taken_for_what_they_are_known_as(
    database: Database, ids: dict[Identity, int], tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("客户编号\n" + "\n".join(str(each) for each in sorted(ids.values())))
    assert (read(database, path).kind, counts(read(database, path))) == ("customer_id", (7, 7, 0, 0))
    path.write_text("客户编号\nM1\n1\n")
    assert (read(database, path).kind, counts(read(database, path))) == ("member_id", (2, 2, 0, 0))
    path.write_text("客户编号\n1\n")
    told = read(database, path, kind="member_id")
    assert told.customer_ids.tolist() == [ids[KNOWN[6]]]


def test_a_column_without_a_name_that_helps_is_told_by_what_is_in_it(
    database: Database, ids: dict[Identity, int], tmp_path: Path
) -> None:
    path = tmp_path / "x.csv"
    path.write_text("谁\nM1\n1\n")
    assert (read(database, path).kind, counts(read(database, path))) == ("member_id", (2, 2, 0, 0))
    path.write_bytes(gzip.compress(b"13800000001\n13800000002\n13900000009\n"))
    assert (read(database, path).kind, counts(read(database, path))) == ("phone", (3, 2, 1, 0))


def test_a_column_may_be_told(database: Database, ids: dict[Identity, int], tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("手机,推荐人手机\n13900000009,13800000001\n")
    assert counts(read(database, path)) == (1, 0, 1, 0)
    assert counts(read(database, path, column="推荐人手机")) == (1, 1, 0, 0)
    with pytest.raises(BadTableError):
        read(database, path, column="微信")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "empty"),
        ("备注,城市\n很好 很好,上海 浦东\n".encode(), "no_identity"),
        (b"\xd0\xcf\x11\xe0 old", "old_excel"),
    ],
)
def test_what_names_nobody_is_refused(database: Database, tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(BadTableError) as refused:
        read(database, tmp_path / "x")
    assert refused.value.fields["why"] == why


def test_more_rows_than_allowed_are_refused(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS_MAX", 3)
    (tmp_path / "x").write_text("phone\n" + "13900000009\n" * 3)
    assert counts(read(database, tmp_path / "x")) == (3, 0, 3, 0)
    (tmp_path / "x").write_text("phone\n" + "13900000009\n" * 4)
    with pytest.raises(BadTableError):
        read(database, tmp_path / "x")


def test_nobody_outside_of_one_s_scope_is_found(database: Database, ids: dict[Identity, int], tmp_path: Path) -> None:
    (tmp_path / "x").write_text("phone\n13800000001\n13800000002\n")
    with database.begin() as work:
        company.ensure_first_admin(work, "a@example.com", "correct horse battery", "总部")
        store = company.create_unit(work, SIYU, "门店", company.list_units(work, SIYU)[0].unit_id)
        customers.set_custody(work, SIYU, ids[KNOWN[1]], unit_id=store.unit_id, staff_id=None)
    rights = frozenset({"lists.write"})
    clerk = Actor(ActorKind.STAFF, "7", rights, Scope(unit_path=store.path))
    found = read(database, tmp_path / "x", actor=clerk)
    assert (found.customer_ids.tolist(), counts(found)) == ([ids[KNOWN[1]]], (2, 1, 1, 0))
    alone = Actor(ActorKind.STAFF, "7", rights, Scope(own_only=True))
    assert counts(read(database, tmp_path / "x", actor=alone)) == (2, 0, 2, 0)
    with pytest.raises(ForbiddenError):
        read(database, tmp_path / "x", actor=Actor(ActorKind.STAFF, "7", frozenset({"lists.read"})))
