"""What is made from the code says what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.house.reference import ROOT, pages


@pytest.mark.parametrize("path", sorted(pages()), ids=lambda path: str(path.relative_to(ROOT)))
def test_made_pages_are_up_to_date(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == pages()[path], "run: python -m tests.house.reference"
