"""What a spreadsheet would run is text."""

from __future__ import annotations

import pytest

from siyu.platform.spreadsheets import harmless


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1"]
)
def test_a_formula_becomes_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "李雷", "a=1", "1-2", "'=1"])
def test_other_text_stays(text: str) -> None:
    assert harmless(text) == text
