"""The doors of the brand's emulated official account, opened in the process where it runs: what people do in their WeChat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from siyu.world.living.doors import Message
from siyu.world.living.wecom_doors import addresses_in, text_in
from siyu.world.wechat.doors import Doors
from siyu.world.wecom.errors import RefusedError

ANSWERED = "answer"
"""What the account answers at once to something that somebody has just done; all else nobody asked for."""


class EmulatedAccount:
    """One account's doors."""

    def __init__(self, doors: Doors, app_id: str) -> None:
        self._doors, self._app_id = doors, app_id

    def follow(self, unionid: str) -> bool:
        return self._open("fan/follow", unionid) is not None

    def unfollow(self, unionid: str) -> bool:
        return self._open("fan/unfollow", unionid) is not None

    def write(self, unionid: str, text: str) -> bool:
        return self._open("fan/write", unionid, text=text) is not None

    def look(self, unionid: str, after: int) -> tuple[Sequence[Message], int]:
        """What came since the phone was last looked at, without what its owner wrote."""
        told = self._open("fan/phone", unionid) or {"messages": ()}
        messages = told["messages"]
        return [_message(one) for one in messages[after:] if not one["is_own"]], len(messages)

    def _open(self, door: str, unionid: str, **given: Any) -> Mapping[str, Any] | None:
        """What happens behind a door; None where WeChat refuses."""
        try:
            return self._doors.open(door, {"appid": self._app_id, "unionid": unionid, **given})
        except RefusedError:
            return None


def _message(one: Mapping[str, Any]) -> Message:
    origin = "welcome" if one["origin"] == ANSWERED else "account"
    return Message(origin, str(one["sender"]), text_in(one["content"]), tuple(addresses_in(one["content"])))
