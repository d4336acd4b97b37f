"""The nightly computing of estimates."""

from __future__ import annotations

import pytest

from siyu.assembly import estimates
from siyu.assembly.installation import Installation
from siyu.platform.columns.client import Columns
from siyu.platform.columns.errors import ColumnsError
from siyu.platform.postgres.database import Database
from siyu.platform.settings import Settings


def test_a_model_that_fails_keeps_no_other_from_being_computed(
    monkeypatch: pytest.MonkeyPatch, database: Database, columns: Columns
) -> None:
    done: list[str] = []

    def compute(_installation: Installation, model: str) -> None:
        done.append(model)
        if model == "value":
            raise ColumnsError("out of memory")

    monkeypatch.setattr(estimates, "compute", compute)
    with pytest.raises(ColumnsError):
        estimates.compute_all(Installation(Settings(), database, columns, "a secret"))
    assert done == ["value", "scene"]
