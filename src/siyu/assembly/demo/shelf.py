"""The demo brand's scripts and materials, and links that its advisers gave in the last days, with who opened them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final

from siyu.assembly.demo.acting import seen_by
from siyu.assembly.demo.brand import ACTOR, Shelf
from siyu.assembly.installation import Installation
from siyu.domain.company.contracts import Role
from siyu.domain.company.reading import find_reader
from siyu.domain.company.service import list_staff
from siyu.domain.contacts.reading import list_members
from siyu.domain.content import service
from siyu.domain.content.contracts import PieceSort, ScriptUse, Search, ShareFilter
from siyu.kernel.actors import Actor, ActorKind, Scope
from siyu.kernel.clock import ManualClock
from siyu.kernel.ids import derived_id
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork
from siyu.world.wecom.brand import CORP_ID

RIGHTS: Final = frozenset({"content.share", "customers.read", "materials.read", "scripts.read"})
TALKERS: Final = frozenset({Role.ADMIN, Role.MANAGER, Role.FRONTLINE})
ADVISERS, CUSTOMERS_OF_ONE, DAYS = 4, 6, 6
WIDTH, HEIGHT = 480, 320


def stock_shelf(installation: Installation, shelf: Shelf) -> None:
    """Fills the shelf once; then gives links where advisers and customers are known and none were given."""
    with installation.database.begin() as work:
        if not service.search_pieces(
            work, ACTOR, PieceSort.SCRIPT, Search(), PageRequest(size=1), work.clock.now().date()
        ).rows:
            _write(work, installation, shelf)
            _keep_replies(work, shelf)
    with installation.database.read() as reading:
        is_given = bool(service.list_shares(reading, ACTOR, ShareFilter(), PageRequest(size=1)).rows)
    if not is_given:
        _give_links(installation)


def _write(work: UnitOfWork, installation: Installation, shelf: Shelf) -> None:
    folder = installation.settings.home / "files" / "materials"
    made: dict[str, int] = {}
    bodies = list(shelf.pieces)
    for name, dark, light in shelf.posters:
        file = service.keep_file(work, ACTOR, folder, f"{name}.png", poster(dark, light))
        bodies.append((name, "海报", {"kind": "image", "file_id": file.file_id}))
    for name, place, body in bodies:
        made[name] = _publish(work, PieceSort.MATERIAL, name, {"folder": place, "body": body})
    for name, stage, place, text, keywords, materials in shelf.scripts:
        document = {"stage": stage, "folder": place, "text": text, "keywords": list(keywords)}
        ids = [made[each] for each in materials]
        _publish(work, PieceSort.SCRIPT, name, {**document, "material_ids": ids})


def _keep_replies(work: UnitOfWork, shelf: Shelf) -> None:
    """Everybody who talks to customers has these at hand, and whoever shows the demo."""
    for one in list_staff(work, ACTOR, PageRequest(size=100)).rows:
        reader = find_reader(work, one.staff_id) if one.role in TALKERS else None
        if reader is not None:
            for title, body in shelf.replies:
                service.save_reply(work, reader[1], None, title, body)


def _publish(work: UnitOfWork, sort: PieceSort, name: str, document: Mapping[str, Any]) -> int:
    piece = service.create_piece(work, ACTOR, sort, name, document)
    return service.publish_piece(work, ACTOR, sort, piece.definition_id).definition_id


def _give_links(installation: Installation) -> None:
    """By few advisers to few of their own, on the last days, most with words of the scripts: most are opened, some read through,
    some forwarded."""
    clock = ManualClock(installation.database.clock.now() - timedelta(days=DAYS))
    database = Database(installation.database.url, clock=clock, keys=installation.database.keys, pool_size=1)
    try:
        for n, (adviser, customer_id) in enumerate(_pairs(database, clock.now())):
            with database.begin() as work:
                search = Search(forms=("article", "link"), only_live=True)
                day = work.clock.now().date()
                pieces = service.search_pieces(work, ACTOR, PieceSort.MATERIAL, search, PageRequest(), day).rows
                piece = pieces[n % len(pieces)]
                key = derived_id("demo link", n)
                share = service.give_material(work, adviser, key, piece.definition_id, customer_id, day)
                if n % 4:
                    _say(work, adviser, n, customer_id)
            clock.advance(timedelta(minutes=17 + 11 * (n % 5)))
            for visitor in range((0, 1, 1, 2, 3)[n % 5]):
                device = derived_id("demo device", n, visitor)
                with database.begin() as work:
                    service.open_share(work, ACTOR, share.share_id, device)
                clock.advance(timedelta(seconds=25 + 30 * (n % 4)))
                with database.begin() as work:
                    if share.url is None:
                        service.record_reading(work, ACTOR, share.share_id, device, 20 + 30 * (n % 4))
            clock.advance(timedelta(days=DAYS) / (ADVISERS * CUSTOMERS_OF_ONE + 4))
    finally:
        database.close()


def _say(work: UnitOfWork, adviser: Actor, n: int, customer_id: int) -> None:
    """What is said with it stands in the scripts; some of them are said more often than others."""
    scripts = service.search_pieces(
        work, ACTOR, PieceSort.SCRIPT, Search(only_live=True), PageRequest(), work.clock.now().date()
    ).rows
    script = scripts[n * n % len(scripts)]
    service.use_script(work, adviser, ScriptUse(derived_id("demo script", n), script.definition_id, customer_id))


def _pairs(database: Database, since: datetime) -> Iterator[tuple[Actor, int]]:
    with database.read() as reading:
        members = [each for each in list_members(reading, ACTOR, CORP_ID) if each.has_customers]
        found = []
        for member in members:
            own = Actor(ActorKind.STAFF, str(member.staff_id), RIGHTS, Scope(own_only=True))
            found.append((own, list(islice(seen_by(reading, own, since), CUSTOMERS_OF_ONE))))
    for own, customer_ids in sorted(found, key=lambda each: -len(each[1]))[:ADVISERS]:
        for customer_id in customer_ids:
            yield replace(own, scope=Scope()), customer_id


def poster(dark: tuple[int, int, int], light: tuple[int, int, int]) -> bytes:
    """A picture of a moon over hills, as PNG."""
    hills = [HEIGHT * 0.62 + 34 * _wave(x / WIDTH * 3.1) + 18 * _wave(x / WIDTH * 7.3 + 1) for x in range(WIDTH)]
    lines = bytearray()
    for y in range(HEIGHT):
        shares = [0.92 if y > hill else 0.25 + 0.35 * y / HEIGHT for hill in hills]
        for x in range(int(WIDTH * 0.6), int(WIDTH * 0.84)):
            if (x - WIDTH * 0.72) ** 2 + (y - HEIGHT * 0.3) ** 2 < (HEIGHT * 0.16) ** 2:
                shares[x] = 0.0
        shades = {share: bytes(_shade(light, dark, share)) for share in set(shares)}
        lines += b"\0" + b"".join(shades[share] for share in shares)
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(lines), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )


def _shade(light: tuple[int, int, int], dark: tuple[int, int, int], share: float) -> list[int]:
    return [int(pale + (deep - pale) * share) for pale, deep in zip(light, dark, strict=True)]


def _wave(at: float) -> float:
    """Between -1 and 1, smooth, and again the same after 2."""
    part = at % 2.0
    return 4 * part * (1 - part) if part < 1 else -4 * (part - 1) * (2 - part)
