"""The verbs on tracked links: given, opened, read, counted. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from siyu.domain.company.service import record_audit
from siyu.domain.content import sharing_store as store
from siyu.domain.content import store as links_store
from siyu.domain.content.contracts import checked_link
from siyu.domain.content.sharing_contracts import (
    LINK_FORWARDED,
    LINK_OPENED,
    MATERIAL_READ,
    READ_SECONDS_MIN,
    OpenedShare,
    Share,
    ShareFilter,
    ShareNumbers,
)
from siyu.domain.content.shelf import SHARE, get_piece
from siyu.domain.content.shelf_contracts import (
    TRACKED_KINDS,
    ArticleBody,
    FileBody,
    ImageBody,
    LinkBody,
    Material,
    PieceExpiredError,
    PieceSort,
)
from siyu.domain.content.shelf_rules import stored_piece, title_of
from siyu.domain.customers.reading import current_customer_ids, customer_in_scope, profiles_of
from siyu.domain.definitions import reading as definitions_reading
from siyu.domain.definitions.contracts import DefinitionStatus
from siyu.kernel.actors import Actor, ActorKind
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.kernel.events import NewEvent
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import Page, PageRequest
from siyu.platform.postgres.database import Reading, UnitOfWork

RUN, READ = "content.run", "materials.read"
OPENED_AGAIN_AFTER = timedelta(minutes=10)
"""Opens nearer to each other are one thing that happened."""
BEACON_SECONDS_MAX = 1800
NUMBERS_MAX = 200


def give_material(
    work: UnitOfWork, actor: Actor, share_key: UUID, material_id: int, customer_id: int | None, today: date
) -> Share:
    """A link to a material, for a customer or for nobody in particular; the same key gives the same link."""
    actor.require(SHARE)
    found = get_piece(work, actor, PieceSort.MATERIAL, material_id)
    material = found.piece
    if found.status is not DefinitionStatus.LIVE or not isinstance(material, Material):
        raise PieceExpiredError
    if material.expires_on is not None and material.expires_on <= today:
        raise PieceExpiredError
    if material.body.kind not in TRACKED_KINDS:
        raise InvalidError("This material has no address that a link could lead to.", field="material_id")
    link_id = None
    if isinstance(material.body, LinkBody):
        link_id = links_store.ensure_links(work.driver, {material.body.url}, work.clock.now())[material.body.url]
    target = (material_id, found.version, link_id, title_of(found.name, material))
    return _given(work, actor, share_key, target, customer_id)


def give_address(
    work: UnitOfWork, actor: Actor, share_key: UUID, url: str, title: str, customer_id: int | None
) -> Share:
    """A link to any address, as `give_material`. BadLinkError for one that nobody should be sent to."""
    actor.require(SHARE)
    checked_link(url)
    link_id = links_store.ensure_links(work.driver, {url}, work.clock.now())[url]
    shown = title.strip()[:120] or (urlsplit(url).hostname or url)
    return _given(work, actor, share_key, (None, None, link_id, shown), customer_id)


def open_share(work: UnitOfWork, actor: Actor, share_id: int, device: UUID) -> OpenedShare | None:
    """Where a link leads, for somebody who opened it: counted, and told on the customer's timeline. None where there is none."""
    actor.require(RUN)
    share = store.find_share(work.driver, share_id, lock=True)
    if share is None:
        return None
    now = work.clock.now()
    known = store.find_visit(work.driver, share_id, device)
    is_own = known[0] if known is not None else _is_own(work, share, device)
    if known is None:
        store.insert_visit(work.driver, share_id, device, now, is_own=is_own)
    else:
        store.open_again(work.driver, share_id, device, now)
    is_forward = known is None and share.profile_id is not None and not is_own
    store.count_open(work.driver, share_id, now, visitors=int(known is None), forwards=int(is_forward))
    if known is None or now - known[2] >= OPENED_AGAIN_AFTER:
        if is_own:
            _tell(work, LINK_OPENED, share, device, now)
        elif is_forward:
            _tell(work, LINK_FORWARDED, share, device, now, forwards=share.forwards + 1)
    return _target(work, share, is_own=is_own)


def look_at_share(reading: Reading, actor: Actor, share_id: int) -> OpenedShare | None:
    """Where a link leads, for machines that only look."""
    actor.require(RUN)
    share = store.find_share(reading.driver, share_id)
    return None if share is None else _target(reading, share)


def record_reading(work: UnitOfWork, actor: Actor, share_id: int, device: UUID, seconds: int) -> None:
    """That a page of ours was looked at so much longer; never longer than it has been open."""
    actor.require(RUN)
    share = store.find_share(work.driver, share_id, lock=True)
    visit = store.find_visit(work.driver, share_id, device) if share is not None else None
    if share is None or visit is None:
        return
    is_own, opened_at, _, read_before = visit
    open_seconds = int((work.clock.now() - opened_at).total_seconds()) + 1
    more = max(0, min(seconds, BEACON_SECONDS_MAX, open_seconds - read_before))
    if more == 0:
        return
    store.add_reading(work.driver, share_id, device, more)
    if is_own and read_before < READ_SECONDS_MIN <= read_before + more:
        _tell(work, MATERIAL_READ, share, device, opened_at)


def list_shares(reading: Reading, actor: Actor, wanted: ShareFilter, page: PageRequest) -> Page[Share]:
    """Links that were given, the newest first: those of the staff whom the asker may see."""
    actor.require(READ)
    if page.after is not None and not (page.after.isascii() and page.after.isdecimal() and len(page.after) < 19):
        raise InvalidError("That is not a place in this list.", field="after")
    profiles: Collection[int] | None = None
    if wanted.customer_id is not None:
        if not customer_in_scope(reading, actor, wanted.customer_id):
            raise NotFoundError(f"Customer {wanted.customer_id}.")
        profiles = profiles_of(reading, [wanted.customer_id]).get(wanted.customer_id, [])
    seen = (None, None) if profiles is not None else _seen(actor)
    before = int(page.after) if page.after else None
    rows = store.select_shares(reading.driver, wanted, profiles, seen, before, page.size + 1)
    more, rows = len(rows) > page.size, rows[: page.size]
    return Page(rows, str(rows[-1].share_id) if more else None)


def share_numbers(reading: Reading, actor: Actor, since: datetime) -> Mapping[str, list[ShareNumbers]]:
    """What links given since then came to: `targets` by material or address, `staff` by who gave them."""
    actor.require(READ)
    return {
        "targets": store.numbers_by_target(reading.driver, since, _seen(actor), NUMBERS_MAX),
        "staff": store.numbers_by_staff(reading.driver, since, _seen(actor), NUMBERS_MAX),
    }


def forget_content(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes away links given to the profiles and what of scripts was used with them; {table: {profile_id: how many}}."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)


def _given(
    work: UnitOfWork,
    actor: Actor,
    share_key: UUID,
    target: tuple[int | None, int | None, int | None, str],
    customer_id: int | None,
) -> Share:
    if actor.kind is not ActorKind.STAFF:
        raise InvalidError("This is for somebody of the staff, not for a program.")
    if customer_id is not None and not customer_in_scope(work, actor, customer_id):
        raise NotFoundError(f"Customer {customer_id}.")
    staff_id = int(actor.actor_id)
    share_id = store.insert_share(work.driver, share_key, target, (staff_id, customer_id, work.clock.now()))
    share = store.find_share(work.driver, share_id)
    if share is None or share.staff_id != staff_id:
        raise InvalidError("This key is used already.", field="share_key")
    record_audit(work, actor, "content.give_link", f"share:{share_id}", customer_id=customer_id)
    return share


def _is_own(reading: Reading, share: Share, device: UUID) -> bool:
    """Whether a device that comes for the first time is taken for the customer's."""
    if share.profile_id is None or store.has_own_visit(reading.driver, share.share_id):
        return False
    known_as = store.profiles_of_device(reading.driver, device)
    now_of = current_customer_ids(reading, {share.profile_id, *known_as})
    return all(now_of.get(each) == now_of.get(share.profile_id) for each in known_as)


def _target(reading: Reading, share: Share, *, is_own: bool = False) -> OpenedShare | None:
    """A material in the version that was given, though there be a newer one: it is what the adviser spoke of."""
    if share.url is not None or share.material_id is None or share.version is None:
        return OpenedShare(share, share.url, None, is_own) if share.url is not None else None
    kept = definitions_reading.get_version(reading, share.material_id, share.version)
    piece = stored_piece(PieceSort.MATERIAL, kept.document)
    body = piece.body if isinstance(piece, Material) else None
    return OpenedShare(share, None, body, is_own) if isinstance(body, ArticleBody | ImageBody | FileBody) else None


def _tell(work: UnitOfWork, event: str, share: Share, device: UUID, at: datetime, **more: int) -> None:
    if share.profile_id is None:
        return
    told = {"share_id": share.share_id, "title": share.title, "staff_id": share.staff_id, **more}
    if share.material_id is not None:
        told["material_id"] = share.material_id
    event_id = derived_id(event, share.share_id, str(device), at.isoformat())
    work.record([NewEvent(event, event_id, share.profile_id, at, "content", told)])


def _seen(actor: Actor) -> tuple[int | None, str | None]:
    own = int(actor.actor_id) if actor.scope.own_only and actor.kind is ActorKind.STAFF else None
    return own, actor.scope.unit_path
