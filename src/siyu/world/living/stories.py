"""What every brand's story can use: the souls, their telephones, the diary, and the doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from siyu.kernel.ids import derived_hex
from siyu.world.living.diary import Diary
from siyu.world.living.doors import Happened, SiyuDoors, SoldOrder, WecomDoors
from siyu.world.living.draws import Draw
from siyu.world.living.plan import LivingPlan
from siyu.world.living.souls import Soul, Souls
from siyu.world.living.telephone import Telephones

ANY = "arrival"
SHARE_SENT: Final = "share_sent"


@dataclass(slots=True)
class Stage:
    """Where a story is played. `sold` are the orders of the day that go to Siyu as a file."""

    plan: LivingPlan
    souls: Souls
    diary: Diary
    telephones: Telephones
    siyu: SiyuDoors
    wecom: WecomDoors
    sold: list[SoldOrder]

    def tell(
        self,
        soul: Soul,
        at: datetime,
        name: str,
        properties: Mapping[str, Any],
        *,
        is_known: bool = True,
        campaign: Mapping[str, str] | None = None,
    ) -> None:
        """An event of the brand's own programs. Told again it has the same key, so it counts once."""
        key = derived_hex("living", str(self.plan.seed), str(soul.who.number), name, at.isoformat())
        context = {"campaign": dict(campaign)} if campaign else None
        self.siyu.tell(Happened(at, soul.who, name, properties, key, is_known, context))

    def note(self, soul: Soul, act: str, at: datetime, step: int = 0) -> None:
        self.diary.note(at, soul.who.number, act, step)

    def note_when(self, soul: Soul, act: str, earliest: datetime, step: int = 0) -> None:
        """Notes something for when they have time."""
        draw = self.souls.draw(soul, f"when {act}")
        self.note(soul, act, self.souls.when(soul.who, earliest, draw), step)

    def show_friends(self, soul: Soul, at: datetime, title: str, to: str, draw: Draw) -> None:
        """Shows something to friends, of whom one may come."""
        self.tell(soul, at, SHARE_SENT, {"title": title, "to": to})
        ties = self.telephones.rules.ties
        if draw.happens("comes", ties.comes_share):
            self.note(soul, "bring", at + timedelta(hours=draw.waiting("comes in", ties.hours)))

    def keeper(self, soul: Soul) -> str:
        """Who looks after somebody, whom WeCom may know already; "" where nobody does."""
        soul.external_userid = soul.external_userid or self.wecom.find(soul.who) or ""
        return next(iter(self.wecom.friends(soul.external_userid)), "") if soul.external_userid else ""

    def add(self, soul: Soul, tries: int, now: datetime) -> bool:
        """Opens the code's page and presses on the picture: whoever it leads to is a friend. A code that is still being made is
        tried again."""
        url = self.code_url(soul.platform)
        if url is None:
            return False
        page = self.siyu.open_page(soul.who, url)
        is_done = page.kind in ("code", "stores") and self.telephones.use(soul, page, now)
        paces = self.telephones.rules.paces
        if not is_done and tries < paces.tries_again:
            again_at = now + timedelta(minutes=paces.tries_again_minutes) * (tries + 1)
            self.note_when(soul, "add", again_at, tries + 1)
        return is_done

    def code_url(self, purpose: str) -> str | None:
        """The page of the code for a purpose; that of anybody where it has none of its own."""
        urls = self.plan.code_urls
        return urls.get(purpose) or urls.get(ANY) or next(iter(urls.values()), None)

    def form_url(self, purpose: str) -> str | None:
        return self.plan.form_urls.get(purpose) or next(iter(self.plan.form_urls.values()), None)


class Story(Protocol):
    """How a brand's people come in and go on."""

    @property
    def acts_a_day(self) -> float:
        """How likely one of the history does something of their own on a day."""
        ...

    def grown(self, days: int, /) -> float:
        """How many times as many come now as on an average day of the history, which had so many."""
        ...

    @property
    def friend_source(self) -> str:
        """Where somebody comes from whom a friend has brought."""
        ...

    def joins(self, soul: Soul) -> bool:
        """Whether somebody comes into a group whom a member asks."""
        ...

    def begin(self, now: datetime) -> None:
        """Notes down what people of the history are in the midst of."""
        ...

    def arrive(self, soul: Soul, now: datetime) -> None:
        """Somebody new meets the brand."""
        ...

    def go_on(self, soul: Soul, now: datetime) -> None:
        """Somebody of the history has a moment for the brand."""
        ...

    def do(self, soul: Soul, act: str, step: int, now: datetime) -> bool:
        """What only this brand's people do; False for an act that is none of these."""
        ...
