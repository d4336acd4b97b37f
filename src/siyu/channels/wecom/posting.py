"""Letters to staff as cards of the application in WeCom: the title, a few lines, and the link to all of it."""

from __future__ import annotations

from collections.abc import Callable

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.errors import WecomBusyError, WecomConfigurationError, WecomRefusedError, WecomUnreachableError
from siyu.channels.wecom.messages import send_card
from siyu.domain.company.contracts import Letter, PostDelayedError, PostRefusedError, Staff

TITLE_CHARACTERS_MAX = 128
DESCRIPTION_CHARACTERS_MAX = 512
CUT = "…"

Finder = Callable[[int], tuple[Wecom, str] | None]
"""By the number of somebody of the staff: the corp that they are a member of, and their userid there."""


class WecomPost:
    """Implements `company.contracts.StaffPost`. A card is not cut by WeCom, so it is here."""

    def __init__(self, find: Finder) -> None:
        self._find = find

    def post(self, to: Staff, letter: Letter) -> None:
        """See `StaffPost`. Whoever is no member, may not use the application or has no licence gets nothing and never will."""
        found = self._find(to.staff_id)
        if found is None:
            raise PostRefusedError("That member of the staff is in no corp of WeCom that is connected.")
        wecom, userid = found
        try:
            sent = send_card(wecom, [userid], *card_of(letter))
        except WecomUnreachableError:
            raise  # nobody knows whether it was sent
        except (WecomBusyError, WecomConfigurationError) as error:
            raise PostDelayedError(f"({error.errcode})") from error
        except WecomRefusedError as error:
            raise PostRefusedError(f"({error.errcode})", errcode=error.errcode) from error
        if sent.unreached:
            raise PostRefusedError("WeCom did not reach that member.")


def card_of(letter: Letter) -> tuple[str, str, str]:
    """(title, description, address) of a letter, as long as a card may be."""
    url = letter.links[0][1] if letter.links else ""
    if not url:
        raise PostRefusedError("A card needs an address.")
    told = letter.brief or letter.body_text
    return (
        cut(" ".join(letter.title.split()), TITLE_CHARACTERS_MAX),
        cut(told.strip() or letter.title, DESCRIPTION_CHARACTERS_MAX),
        url,
    )


def cut(text: str, most: int) -> str:
    """A text of at most so many characters; where whole lines fit, whole lines."""
    if len(text) <= most:
        return text
    kept = text[: most - len(CUT)]
    line, _, _ = kept.rpartition("\n")
    return (line or kept).rstrip() + CUT
