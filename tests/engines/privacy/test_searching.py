"""The search finds a value wherever it stands, in whatever spelling a store or a file gives it."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from siyu.engines.privacy.searching import FEW, Matcher, find_traces, remove_files_with, searchable
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database

PHONE, MAIL = "13800138001", "someone.rare@example.com"


def test_too_short_values_are_not_searched_for() -> None:
    assert searchable(["42", "1234567", "12345678", "abcde", "abcdef", PHONE]) == {"12345678", "abcdef", PHONE}


def test_a_letter_spelt_as_an_escape_is_found() -> None:
    spelt = '{"phone": "138' + "\\u0030" + '0138001"}'
    assert Matcher([PHONE]).count(spelt.encode()) == 1


@pytest.mark.parametrize("many", [False, True])
def test_values_inside_texts_are_found(many: bool) -> None:
    others = [f"other-value-{n}" for n in range(FEW + 10)] if many else []
    matcher = Matcher([PHONE, MAIL, "user-lei-0001", *others])
    for text in (f"tel:{PHONE}，谢谢", f"<{MAIL}>", '"user-lei-0001"', f"x={PHONE}&y=1"):
        assert matcher.count(text.encode()) >= 1, text
    assert matcher.count(b"nothing of that sort 13800138002 someone@example.com") == 0


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE public.hidden AS SELECT ('x' || %(v)s || 'y')::text AS it",
        "CREATE TABLE public.hidden AS SELECT jsonb_build_object('a', jsonb_build_array(%(v)s::text)) AS it",
        "CREATE TABLE public.hidden AS SELECT json_build_object(%(v)s::text, 1) AS it",
        "CREATE TABLE public.hidden AS SELECT convert_to('é' || %(v)s, 'UTF8') AS it",
        "CREATE TABLE public.hidden AS SELECT ARRAY['a', %(v)s]::text[] AS it",
        "CREATE TABLE public.hidden AS SELECT %(v)s::varchar(80) AS it",
    ],
)
def test_every_kind_of_column_is_searched(database: Database, columns: Columns, tmp_path: Path, statement: str) -> None:
    with database.begin() as work:
        work.driver.execute(statement.replace("%(v)s", f"'{MAIL}'").encode())
    found = find_traces(database, columns, tmp_path, [MAIL])
    assert [(trace.place, trace.count) for trace in found.traces] == [("public.hidden.it", 1)]


def test_every_table_of_the_columns_is_searched(database: Database, columns: Columns, tmp_path: Path) -> None:
    columns.insert(
        "customers", ("customer_id", "unit_path", "attributes", "position"), [(1, "", {"a": {"b": MAIL}}, 1)]
    )
    found = find_traces(database, columns, tmp_path, [MAIL])
    assert [(trace.place, trace.count) for trace in found.traces] == [("columns customers.attributes", 1)]


def test_files_are_searched_also_what_is_packed(database: Database, columns: Columns, tmp_path: Path) -> None:
    (tmp_path / "run" / "logs").mkdir(parents=True)
    (tmp_path / "run" / "logs" / "api.log").write_bytes(b"x" * ((1 << 20) - 5) + PHONE.encode() + b"rest")
    with gzip.open(tmp_path / "events.source", "wb") as packed:
        packed.write(MAIL.encode())
    with zipfile.ZipFile(tmp_path / "export.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", f'{{"email": "{MAIL}"}}')
    (tmp_path / "clean.txt").write_text("nothing")
    (tmp_path / "table.source").write_bytes(b"PAR1 and more")
    found = find_traces(database, columns, tmp_path, [PHONE, MAIL])
    assert sorted((trace.place, trace.count) for trace in found.traces) == [
        ("events.source", 1),
        ("export.zip", 1),
        ("run/logs/api.log", 1),
    ]
    assert (found.files, found.unread) == (4, 1)
    assert remove_files_with(tmp_path, [PHONE, MAIL]) == 4
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["clean.txt"]
