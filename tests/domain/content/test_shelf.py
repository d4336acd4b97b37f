"""Materials and scripts on the shelf, links that staff give, and what became of them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.content import reading, service
from siyu.domain.content.contracts import (
    ArticleBody,
    PieceExpiredError,
    PieceSort,
    ScriptUse,
    Search,
    ShareFilter,
    ShelfPiece,
)
from siyu.domain.content.shelf_rules import checked_file, parse_piece
from siyu.domain.definitions.contracts import DefinitionInUseError, InvalidDefinitionError
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.errors import InvalidError
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database, UnitOfWork
from tests.engines.scenery import some_customers, the_log

SIYU = system_actor("test")
RIGHTS = frozenset(
    {"content.share", "customers.read", "customers.erase"}
    | {f"{kind}.{verb}" for kind in ("materials", "scripts") for verb in ("read", "write", "publish")}
)
ADVISER = Actor(ActorKind.STAFF, "1", RIGHTS)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
TODAY = date(2026, 3, 1)


def key(n: int) -> UUID:
    return UUID(int=n)


@pytest.mark.parametrize(
    ("sort", "document", "path"),
    [
        (PieceSort.SCRIPT, {"stage": "close", "text": "{{ name"}, "text"),
        (PieceSort.SCRIPT, {"stage": "flirt", "text": "x"}, "stage"),
        (PieceSort.SCRIPT, {"stage": "close"}, "text"),
        (PieceSort.MATERIAL, {"body": {"kind": "text", "text": "{{ }}"}}, "body.text"),
        (PieceSort.MATERIAL, {"body": {"kind": "link", "url": "javascript:alert(1)", "title": "x"}}, "body.url"),
        (PieceSort.MATERIAL, {"body": {"kind": "song"}}, "body.kind"),
        (PieceSort.MATERIAL, {"body": {"kind": "text", "text": "x"}, "tags": ["x"] * 21}, "tags"),
    ],
)
def test_a_fault_is_told_with_its_place(sort: PieceSort, document: object, path: str) -> None:
    with pytest.raises(InvalidDefinitionError) as told:
        parse_piece(sort, document)
    assert told.value.fields["path"] == path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<html>"),
        ("picture.svg", b"<svg/>"),
        ("picture.png", b"<html>"),
        ("film.mp4", b"\x00\x00\x00\x18nope"),
        (".png", PNG),
        ("noending", PNG),
        ("large.png", PNG + b"0" * (10 << 20)),
    ],
)
def test_a_file_that_is_not_taken(name: str, content: bytes) -> None:
    with pytest.raises(InvalidError):
        checked_file(name, content)


def test_a_files_name_is_made_plain() -> None:
    assert checked_file("..\\..\\海报\n.PNG", PNG) == ("海报.png", "image/png", "image")


@pytest.fixture
def she(database: Database) -> int:
    with database.begin() as work:
        ensure_first_admin(work, "a@example.com", "long enough words", "晨曦茶饮")
    return some_customers(database, 1)[0]


def piece(database: Database, sort: PieceSort, name: str, document: object, *, live: bool = True) -> ShelfPiece:
    with database.begin() as work:
        made = service.create_piece(work, ADVISER, sort, name, document)
        return service.publish_piece(work, ADVISER, sort, made.definition_id) if live else made


def found(database: Database, sort: PieceSort, search: Search, today: date = TODAY) -> list[str]:
    with database.read() as looking:
        page = service.search_pieces(looking, ADVISER, sort, search, PageRequest(), today)
        return [each.name for each in page.rows]


def test_scripts_are_found_used_and_kept(database: Database, she: int, tmp_path: Path) -> None:
    sort = PieceSort.SCRIPT
    with database.begin() as work:
        file = service.keep_file(work, ADVISER, tmp_path, "海报.png", PNG)
        again = service.keep_file(work, ADVISER, tmp_path, "另一个.png", PNG)
        assert again.file_id == file.file_id
        assert reading.file_path(tmp_path, file).read_bytes() == PNG
        service.keep_file(work, ADVISER, tmp_path, "a.zip", b"PK\x03\x04")
        renamed = service.keep_file(work, ADVISER, tmp_path, "a.docx", b"PK\x03\x04")
        assert "wordprocessingml" in renamed.media_type, "a name and its kind go together"
    poster = piece(database, PieceSort.MATERIAL, "课程海报", {"body": {"kind": "image", "file_id": file.file_id}})
    hello = {"stage": "ice_break", "text": "你好 {{ name|同学 }}，我是班主任", "material_ids": [poster.definition_id]}
    first = piece(database, sort, "加好友后的第一句", hello)
    price = {"stage": "objection", "text": "确实不便宜，我们按天算一下", "keywords": ["太贵", "价格"]}
    dear = piece(database, sort, "嫌贵怎么回", price)
    piece(database, sort, "还没写好", {"stage": "other", "text": "太贵草稿"}, live=False)

    assert found(database, sort, Search("太贵", only_live=True)) == ["嫌贵怎么回"]
    assert set(found(database, sort, Search("太贵"))) == {"嫌贵怎么回", "还没写好"}
    assert found(database, sort, Search("班主任 你好", only_live=True)) == ["加好友后的第一句"]
    assert found(database, sort, Search(forms=("ice_break",))) == ["加好友后的第一句"]
    assert found(database, sort, Search("没有这种话")) == []

    use = ScriptUse(key(1), first.definition_id, she)
    with database.begin() as work:
        service.use_script(work, ADVISER, use)
        service.use_script(work, ADVISER, use)
        service.mark_favourite(work, ADVISER, sort, dear.definition_id, is_favourite=True)
    (told,) = the_log(database, "script_used")
    assert (told.profile_id, told.properties["script_id"]) == (she, first.definition_id)
    assert found(database, sort, Search(only_live=True)) == ["加好友后的第一句", "嫌贵怎么回"]
    assert found(database, sort, Search(only_favourites=True)) == ["嫌贵怎么回"]
    with database.begin() as work:
        (numbers,) = service.use_numbers(work, ADVISER, database.clock.now() - timedelta(days=1))
        assert (numbers.definition_id, numbers.staff_id, numbers.uses) == (first.definition_id, 1, 1)
        with pytest.raises(DefinitionInUseError):
            service.delete_piece(work, ADVISER, PieceSort.MATERIAL, poster.definition_id)
    with database.begin() as work:
        service.stop_piece(work, ADVISER, sort, dear.definition_id)
        with pytest.raises(PieceExpiredError):
            service.use_script(work, ADVISER, ScriptUse(key(2), dear.definition_id, she))
        service.delete_piece(work, ADVISER, sort, dear.definition_id)
    assert found(database, sort, Search("太贵")) == ["还没写好"]


def test_quick_replies_are_ones_own(database: Database, she: int) -> None:
    with database.begin() as work:
        reply = service.save_reply(work, ADVISER, None, "地址", " 我们在一楼 ")
        assert [each.body for each in service.list_replies(work, ADVISER)] == ["我们在一楼"]
        other = Actor(ActorKind.STAFF, "2", RIGHTS)
        assert service.list_replies(work, other) == []
        with pytest.raises(InvalidError):
            service.save_reply(work, ADVISER, reply.reply_id, "地址", "{{ x")
        service.delete_reply(work, ADVISER, reply.reply_id)
        assert service.list_replies(work, ADVISER) == []


def test_a_link_tells_who_opened_it_and_how_often_it_was_forwarded(
    database: Database, she: int, clock: ManualClock
) -> None:
    body = {"kind": "article", "title": "三分钟看懂基金", "text": "第一段\n\n第二段"}
    article = piece(database, PieceSort.MATERIAL, "基金入门", {"body": body, "expires_on": "2026-04-01"})
    with database.begin() as work:
        share = service.give_material(work, ADVISER, key(1), article.definition_id, she, TODAY)
        again = service.give_material(work, ADVISER, key(1), article.definition_id, she, TODAY)
        assert again == share
        with pytest.raises(PieceExpiredError):
            service.give_material(work, ADVISER, key(2), article.definition_id, she, date(2026, 4, 1))
    with database.begin() as work:  # what was given stays as it was given
        service.save_piece(
            work, ADVISER, PieceSort.MATERIAL, article.definition_id, "基金入门", {"body": body | {"title": "新标题"}}
        )
        service.publish_piece(work, ADVISER, PieceSort.MATERIAL, article.definition_id)
    mine, friends = key(100), key(101)

    def opened(device: UUID) -> None:
        with database.begin() as work:
            told = service.open_share(work, SIYU, share.share_id, device)
        assert told is not None
        assert isinstance(told.body, ArticleBody)
        assert told.body.title == "三分钟看懂基金"

    opened(mine)
    clock.advance(timedelta(seconds=30))
    with database.begin() as work:
        service.record_reading(work, SIYU, share.share_id, mine, 25)
        service.record_reading(work, SIYU, share.share_id, mine, 500)  # never longer than it has been open
        service.record_reading(work, SIYU, share.share_id, key(999), 25)  # never opened it
    opened(mine)
    opened(friends)
    clock.advance(timedelta(hours=1))
    opened(mine)
    with database.read() as looking:
        (now,) = service.list_shares(looking, ADVISER, ShareFilter(customer_id=she), PageRequest()).rows
        numbers = service.share_numbers(looking, ADVISER, clock.now() - timedelta(days=1))
    assert (now.opens, now.visitors, now.forwards, now.read_seconds) == (4, 2, 1, 31)
    assert [(each.title, each.given, each.opened, each.opens) for each in numbers["targets"]] == [
        ("三分钟看懂基金", 1, 1, 4)
    ]
    assert [(each.staff_id, each.forwards) for each in numbers["staff"]] == [(1, 1)]
    assert len(the_log(database, "link_opened")) == 2
    assert [each.properties["forwards"] for each in the_log(database, "link_forwarded")] == [1]
    (read,) = the_log(database, "material_read")
    assert (read.profile_id, read.properties["material_id"]) == (she, article.definition_id)

    with database.begin() as work:
        assert service.forget_content(work, ADVISER, [she])["content.shares"] == {she: 1}
        assert service.open_share(work, SIYU, share.share_id, mine) is None


def test_a_device_known_as_somebody_elses_is_no_customers(database: Database, she: int) -> None:
    he = some_customers(database, 2)[1]
    with database.begin() as work:
        hers = service.give_address(work, ADVISER, key(1), "https://shop.example/a", "", she)
        his = service.give_address(work, ADVISER, key(2), "https://shop.example/a", "", he)
        assert hers.title == "shop.example"
        service.open_share(work, SIYU, hers.share_id, key(100))
        service.open_share(work, SIYU, his.share_id, key(100))  # she was sent his link
        service.open_share(work, SIYU, his.share_id, key(200))
    with database.read() as looking:
        (row,) = service.list_shares(looking, ADVISER, ShareFilter(customer_id=he), PageRequest()).rows
    assert (row.visitors, row.forwards, row.url) == (2, 1, "https://shop.example/a")
    assert [each.profile_id for each in the_log(database, "link_opened")] == [she, he]


def test_a_file_that_nothing_shows_goes_after_its_time(database: Database, tmp_path: Path, clock: ManualClock) -> None:
    def uploaded(work: UnitOfWork, more: bytes) -> int:
        return service.keep_file(work, ADVISER, tmp_path, "图.png", PNG + more).file_id

    with database.begin() as work:
        named, drafted, loose, again = (uploaded(work, each) for each in (b"a", b"b", b"c", b"d"))
    was = piece(database, PieceSort.MATERIAL, "海报", {"body": {"kind": "image", "file_id": named}})
    piece(database, PieceSort.MATERIAL, "草稿", {"body": {"kind": "image", "file_id": drafted}}, live=False)
    with database.begin() as work:
        service.stop_piece(work, ADVISER, PieceSort.MATERIAL, was.definition_id)
        service.delete_piece(work, ADVISER, PieceSort.MATERIAL, was.definition_id)
        assert service.forget_files(work, SIYU) == 0, "what is new may still be used"
    clock.advance(timedelta(days=31))
    with database.begin() as work:
        assert uploaded(work, b"d") == again, "who uploads it anew waits anew"
        assert service.forget_files(work, SIYU) == 1
    with database.begin() as work:
        assert service.sweep_files(work, SIYU, tmp_path) == 1
        assert service.sweep_files(work, SIYU, tmp_path) == 0
        left = reading.files_by_id(work, [named, drafted, loose, again])
        assert set(left) == {named, drafted, again}, "links that were given still show what was published"
        assert all(reading.file_path(tmp_path, each).exists() for each in left.values())
