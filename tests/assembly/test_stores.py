"""The stores that Siyu runs itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from siyu.assembly.stores import embedded_postgres
from siyu.platform.settings import load_settings


@pytest.mark.parametrize(("is_demo", "waits"), [(False, "on"), (True, "off")])
def test_only_a_demo_does_not_wait_for_the_disk_and_even_that_cannot_be_torn(
    tmp_path: Path, is_demo: bool, waits: str
) -> None:
    postgres = embedded_postgres(load_settings({}, home=tmp_path, is_demo=is_demo))
    assert postgres is not None
    told = {f"synchronous_commit={waits}", "fsync=on", "full_page_writes=on"}
    assert told <= set(postgres.command())


def test_a_database_of_the_companys_own_is_not_run(tmp_path: Path) -> None:
    assert embedded_postgres(load_settings({}, home=tmp_path, database_url="postgresql://db.example/siyu")) is None
