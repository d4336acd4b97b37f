"""Where a corp, with the accounts beside it, is put down and taken up again."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from siyu.world import keeping, wechat
from siyu.world.wechat.accounts import Platform
from siyu.world.wecom.corp import Corp

OF_CORP: Final = (
    "staff",
    "people",
    "tags",
    "ways",
    "links",
    "chats",
    "welcomes",
    "mass",
    "moments",
    "media",
    "kf",
    "transfers",
    "phones",
    "posters",
    "activity",
    "run",
    "keys",
)
"""What of a corp is kept as it stands. Apps, tokens and what is on its way to somebody are made anew, as after a break-down."""


class Shelf:
    """The file of one corp and its accounts, as long as plan and program are the same."""

    def __init__(self, path: Path, plan: str, platform: Platform) -> None:
        self._path, self._platform = path, platform
        self._mark = keeping.mark_of(plan, [Path(__file__).parent, Path(wechat.__path__[0])])
        self._last = b""

    def put_down(self, corp: Corp) -> None:
        """Writes down how things stand; nothing where they stand as they did."""
        with corp.lock, self._platform.lock:
            things = {name: getattr(corp, name) for name in OF_CORP}
            things |= {"due": corp.agenda.due, "ahead": corp.clock.ahead}
            things |= {"accounts": self._platform.accounts, "account_keys": self._platform.keys}
            packed = keeping.packed(things, _apart(corp))
        if packed != self._last and keeping.write(self._path, self._mark + packed):
            self._last = packed

    def take_up(self, corp: Corp) -> bool:
        """Gives a corp that is still empty, and the platform, what was put down; whether there was anything."""
        things = keeping.find(self._path, self._mark, _apart(corp))
        if things is None:
            return False
        for name in OF_CORP:
            setattr(corp, name, things[name])
        corp.agenda.resume(things["due"])
        corp.clock.ahead = things["ahead"]
        self._platform.accounts, self._platform.keys = things["accounts"], things["account_keys"]
        return True


def _apart(corp: Corp) -> dict[str, object]:
    """What the things of a corp know of, and is not put down. Who was listening to the telephones does so again by themselves."""
    return {"corp": corp, "changes": corp.changes, "listener": corp.phones.on_shown}
