"""What of a demo is known before anything runs: whose home it is, and where in it the outside reads what it has to know.

Light: the supervisor, before whom nothing starts, loads no more of a demo than this.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from siyu.assembly.processes import address_of
from siyu.kernel.errors import ConflictError, NotFoundError
from siyu.platform.settings import Settings
from siyu.world.living.plan import PLAN_FILE as LIVING_FILE
from siyu.world.living.plan import LivingPlan
from siyu.world.population.camp.brand import BRAND_NAME as CAMP_NAME
from siyu.world.population.tea.brand import BRAND_NAME as TEA_NAME

BrandKey = Literal["camp", "tea"]
BRAND_FILE: Final = "brand"
DEFAULT: Final = "camp"
PLAN_FILE: Final = "wecom-world.json"


class UnknownBrandError(NotFoundError):
    """There is no such made-up brand."""

    code = "unknown_demo_brand"


class OtherBrandError(ConflictError):
    """Another brand lives in this home. Start it, or choose another home by SIYU_HOME."""

    code = "other_demo_brand"


@dataclass(frozen=True)
class BrandCard:
    """A made-up brand in a few words: what it is called, the seed of its world, and how many customers it usually has."""

    key: BrandKey
    name: str
    seed: int
    customers: int


CARDS: Final[Mapping[str, BrandCard]] = {
    "camp": BrandCard("camp", CAMP_NAME, seed=20, customers=20_000),
    "tea": BrandCard("tea", TEA_NAME, seed=20, customers=3_000),
}


def card_of(key: str) -> BrandCard:
    """The card of that brand."""
    if key not in CARDS:
        raise UnknownBrandError
    return CARDS[key]


def claim_home(home: Path, brand: str | None) -> BrandCard:
    """The brand of a demo's home, which is `brand` from now on where nobody lives there yet; without one, whoever lives there."""
    path = home / BRAND_FILE
    lives = path.read_text(encoding="utf-8").strip() if path.exists() else None
    if lives is not None and brand not in (None, lives):
        raise OtherBrandError(f"The brand “{lives}” lives in {home}. Start it, or choose another home by SIYU_HOME.")
    found = card_of(lives or brand or DEFAULT)
    if lives is None:
        home.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{found.key}\n", encoding="utf-8")
    return found


def plan_path(settings: Settings) -> Path:
    """Where the outside reads what its WeCom is made of."""
    return settings.home / PLAN_FILE


def living_path(settings: Settings) -> Path:
    """Where the outside reads what the living have to know."""
    return settings.home / LIVING_FILE


def find_living(settings: Settings) -> LivingPlan | None:
    """What they know already."""
    with suppress(OSError, ValueError, TypeError):
        return LivingPlan.from_json(living_path(settings).read_text(encoding="utf-8"))
    return None


def forget_moved(settings: Settings) -> None:
    """A plan for another address than Siyu listens at is none: the living wait for the next."""
    known = find_living(settings)
    if known is not None and known.siyu_url != address_of(settings):
        living_path(settings).unlink()
