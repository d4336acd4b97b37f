"""The pictures of README and guides are those that the command takes, each shown somewhere and small enough to be loaded."""

from __future__ import annotations

from tests.e2e.pictures import PICTURES, names

ROOT = PICTURES.parents[1]
BYTES_MAX = 200_000


def test_each_picture_is_taken_by_the_command_shown_and_small() -> None:
    shown = "".join(path.read_text("utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")))
    files = {path.stem: path.stat().st_size for path in PICTURES.glob("*.png")}
    assert set(files) == names()
    assert {name for name in files if f"pictures/{name}.png)" not in shown} == set()
    assert {name for name, size in files.items() if size > BYTES_MAX} == set()
