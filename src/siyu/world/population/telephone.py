"""What reaches people's telephones, and what they do about it."""

from __future__ import annotations

from dataclasses import dataclass

from siyu.world.population.playbook_fields import number, numbers, share, span, table


@dataclass(frozen=True, slots=True)
class OriginPrompts:
    """How hard something is to overlook, by the way it came: from 0, nobody sees it, to 1, everybody."""

    welcome: float = share()
    chat: float = share()
    kf: float = share()
    notice: float = share()
    mass: float = share()
    group: float = share()
    moment: float = share()
    account: float = share()
    sms: float = share()
    webhook: float = share()

    def of(self, origin: str) -> float:
        """The prompt of something that came by that way; 0 for a way that nobody knows."""
        return float(getattr(self, origin, 0.0))


@dataclass(frozen=True, slots=True)
class TelephoneEases:
    """How easy it is to do something about it, from 0 to 1."""

    visits: float = share()
    opens: float = share()
    replies: float = share()
    greets: float = share()
    likes: float = share()
    fills: float = share()


@dataclass(frozen=True, slots=True)
class TelephonePaces:
    """How long it takes to do something, in seconds: from how much to how much."""

    looks_soon: tuple[int, ...] = span(0, 86_400)
    opens: tuple[int, ...] = span(0, 86_400)
    likes: tuple[int, ...] = span(0, 86_400)
    replies: tuple[int, ...] = span(0, 86_400)
    greets: tuple[int, ...] = span(0, 86_400)
    fills: tuple[int, ...] = span(0, 86_400)
    reads: tuple[int, ...] = span(1, 3_600)
    tries_again: int = number(0, 20)
    tries_again_minutes: float = number(0.1, 1_440)


@dataclass(frozen=True, slots=True)
class TelephoneForms:
    """What people write and tick where a page asks for something that the brand's own story does not tell."""

    skips_share: float = share()
    agrees_share: float = share()
    ticks_most: tuple[int, ...] = numbers(None, 1, 50)
    born_years: tuple[int, ...] = span(1900, 2100)
    number: tuple[int, ...] = span(0, 1_000_000)


@dataclass(frozen=True, slots=True)
class TellingFriends:
    """What comes of showing something to friends."""

    comes_share: float = share()
    hours: float = number(0.01, 1_000)


@dataclass(frozen=True, slots=True)
class TelephoneRules:
    """How people look at, answer and bear what reaches them. All is told, line by line, in the playbook's file."""

    looks_after_minutes: float = number(0.1, 10_000)
    replies_share: float = share()
    says_so_share: float = share()
    useful_seconds: int = number(1, 3_600)
    article_seconds: float = number(1, 3_600)
    article_spread: float = number(0, 3)
    prompts: OriginPrompts = table()
    eases: TelephoneEases = table()
    paces: TelephonePaces = table()
    forms: TelephoneForms = table()
    ties: TellingFriends = table()
