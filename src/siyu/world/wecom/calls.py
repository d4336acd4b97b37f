"""One call of the API as its handler sees it, with the checks that all parameters go through."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from siyu.world.wecom.errors import RefusedError

if TYPE_CHECKING:
    from siyu.world.wecom.apps import App
    from siyu.world.wecom.corp import Corp

EMPTY, WRONG, TOO_LONG = 40063, 40035, 40058
Item = TypeVar("Item")
Reply = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form."""

    field_name: str
    file_name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class File:
    """An answer that is not JSON."""

    content: bytes
    content_type: str
    file_name: str


class Fields:
    """Parameters, each read with its check. Optional ones have a default; others refuse with `missing`."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(
        self,
        name: str,
        *,
        missing: int | None = EMPTY,
        characters_max: int | None = None,
        bytes_max: int | None = None,
        too_long: int = TOO_LONG,
    ) -> str:
        """A string; an empty or absent one is refused with `missing`, or is "" where that is None."""
        value = self.values.get(name)
        if value is None or value == "":
            if missing is None:
                return ""
            raise RefusedError(missing, f"field {name} unexpected empty string" if missing == TOO_LONG else name)
        if not isinstance(value, str):
            raise RefusedError(WRONG, f"field {name} is not a string")
        if characters_max is not None and len(value) > characters_max:
            raise RefusedError(too_long, f"field {name} exceed max length {characters_max}")
        if bytes_max is not None and len(value.encode()) > bytes_max:
            raise RefusedError(too_long, f"field {name} exceed max length {bytes_max}")
        return value

    def whole(self, name: str, default: int | None = None, *, least: int = 0, most: int = 2**32 - 1) -> int:
        """A whole number between two bounds; WeCom takes digits in a string as well."""
        value = self.values.get(name)
        if value is None or value == "":
            if default is None:
                raise RefusedError(EMPTY, name)
            return default
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 12:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise RefusedError(WRONG, f"field {name} is not a number")
        if not least <= value <= most:
            raise RefusedError(TOO_LONG, f"field {name} out of range")
        return value

    def flag(self, name: str, default: bool) -> bool:
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, bool | int):
            raise RefusedError(WRONG, f"field {name} is not a boolean")
        return bool(value)

    def limit(self, default: int, most: int, *, beyond: int | None = None) -> int:
        """How many on a page: more than the most is not an error but becomes `beyond`, the most if that is not told."""
        given = self.whole("limit", default)
        if given == 0:
            return default
        return (most if beyond is None else beyond) if given > most else given

    def texts(
        self, name: str, *, missing: int | None = EMPTY, most: int | None = None, too_many: int = TOO_LONG
    ) -> list[str]:
        """A list of strings without doubles; an empty one is refused with `missing`, or is [] where that is None."""
        given = self._list(name, missing)
        if any(not isinstance(value, str) for value in given):
            raise RefusedError(WRONG, f"field {name} is not a list of strings")
        found = list(dict.fromkeys(given))
        if most is not None and len(found) > most:
            raise RefusedError(too_many, f"field {name} has more than {most} elements")
        return found

    def wholes(self, name: str) -> list[int]:
        given = self._list(name, None)
        if any(isinstance(value, bool) or not isinstance(value, int) for value in given):
            raise RefusedError(WRONG, f"field {name} is not a list of numbers")
        return given

    def part(self, name: str, *, missing: int | None = None) -> Fields:
        """An object within; none has no fields."""
        value = self.values.get(name)
        if value is None:
            if missing is not None:
                raise RefusedError(missing, name)
            return Fields({})
        if not isinstance(value, Mapping):
            raise RefusedError(WRONG, f"field {name} is not an object")
        return Fields(value)

    def parts(
        self, name: str, *, missing: int | None = None, most: int | None = None, too_many: int = TOO_LONG
    ) -> list[Fields]:
        given = self._list(name, missing)
        if any(not isinstance(value, Mapping) for value in given):
            raise RefusedError(WRONG, f"field {name} is not a list of objects")
        if most is not None and len(given) > most:
            raise RefusedError(too_many, f"field {name} has more than {most} elements")
        return [Fields(value) for value in given]

    def _list(self, name: str, missing: int | None) -> list[Any]:
        value = self.values.get(name)
        if value is None or value == []:
            if missing is not None:
                raise RefusedError(missing, name)
            return []
        if not isinstance(value, list):
            raise RefusedError(WRONG, f"field {name} is not a list")
        return value


@dataclass(slots=True)
class Call:
    """One call: whose it is, and what it asks for."""

    corp: Corp
    app: App
    now: datetime
    query: Fields
    body: Fields = field(default_factory=lambda: Fields({}))
    upload: Upload | None = None
    caller_ip: str = "127.0.0.1"
    path: str = ""

    @property
    def now_seconds(self) -> int:
        return int(self.now.timestamp())

    def sees(self, userid: str) -> bool:
        """Whether a member is in the visible range of the app."""
        return self.corp.staff.is_visible(self.app, userid)

    def member(self, name: str = "userid", *, missing: int = 41009, unknown: int = 40003, unseen: int = 60011) -> str:
        """A parameter that names a member who is here and whom the app sees."""
        source = self.body if self.body.has(name) else self.query
        given = source.text(name, missing=missing)
        member = self.corp.staff.find(given)
        if member is None:
            raise RefusedError(unknown)
        if not self.sees(member.userid):
            raise RefusedError(unseen)
        return member.userid


def page_of(
    items: Sequence[Item], cursor: str, limit: int, purpose: str, *, invalid: int = 50100
) -> tuple[Sequence[Item], str]:
    """A page of what does not change between pages, and the cursor of the next one, "" on the last."""
    first = int(cursor_text(cursor, purpose, invalid=invalid)) if cursor else 0
    if first > len(items):
        raise RefusedError(invalid)
    following = first + limit
    return items[first:following], cursor_of(str(following), purpose) if following < len(items) else ""


def cursor_of(text: str, purpose: str) -> str:
    """An opaque cursor that fits one purpose alone."""
    return base64.urlsafe_b64encode(f"{purpose}|{text}".encode()).decode()


def cursor_text(cursor: str, purpose: str, *, invalid: int = 50100) -> str:
    """What a cursor holds; RefusedError for one of another purpose, or none at all."""
    try:
        known, _, text = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
    except (binascii.Error, ValueError) as error:
        raise RefusedError(invalid) from error
    if known != purpose or not text.isdigit():
        raise RefusedError(invalid)
    return text
