"""Links that staff gave: what visitors see, and what is counted."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from fastapi.testclient import TestClient

from siyu.domain.company.service import ensure_first_admin
from siyu.domain.content import service
from siyu.domain.content.contracts import PieceSort, Share, ShareFilter, SignedAddresses
from siyu.kernel.actors import Actor, ActorKind, system_actor
from siyu.kernel.clock import ManualClock
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import Database
from tests.engines.scenery import some_customers

SIYU = system_actor("test")
ADVISER = Actor(
    ActorKind.STAFF, "1", frozenset({"content.share", "customers.read", "materials.read", "materials.write"})
)
CRAWLER = {"User-Agent": "Mozilla/5.0 (compatible; Baiduspider/2.0)"}


def numbers(database: Database, share: Share) -> tuple[int, int, int, int]:
    with database.read() as reading:
        rows = service.list_shares(reading, SIYU, ShareFilter(), PageRequest()).rows
    (row,) = [each for each in rows if each.share_id == share.share_id]
    return row.opens, row.visitors, row.forwards, row.read_seconds


def test_an_article_is_read_and_a_foreign_page_is_gone_to(
    client: TestClient, database: Database, addresses: SignedAddresses, clock: ManualClock
) -> None:
    with database.begin() as work:
        ensure_first_admin(work, "a@example.com", "long enough words", "晨曦茶饮")
    (she,) = some_customers(database, 1)
    body = {"kind": "article", "title": "<b>三分钟</b>", "text": "第一段\n\n## 小标题\n\n第二段"}
    with database.begin() as work:
        made = service.create_piece(work, SIYU, PieceSort.MATERIAL, "文章", {"body": body})
        service.publish_piece(work, SIYU, PieceSort.MATERIAL, made.definition_id)
        share = service.give_material(work, ADVISER, UUID(int=1), made.definition_id, she, date(2026, 1, 1))
        away = service.give_address(work, ADVISER, UUID(int=2), "https://shop.example/a", "店", she)
    url = addresses.share_url(share.share_id)

    assert client.get(url, headers=CRAWLER).status_code == 200
    assert client.head(url).status_code == 200
    assert numbers(database, share) == (0, 0, 0, 0)
    shown = client.get(url)
    assert "&lt;b&gt;三分钟" in shown.text
    assert "<h2>小标题</h2>" in shown.text
    assert f'data-beacon="{url}/read"' in shown.text
    clock.advance(timedelta(seconds=40))
    assert client.post(f"{url}/read", data={"seconds": 30}).status_code == 204
    elsewhere = client.post(f"{url}/read", data={"seconds": 5}, headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 204
    assert numbers(database, share) == (1, 1, 0, 30)
    client.cookies.clear()  # another device
    client.get(url)
    assert numbers(database, share) == (2, 2, 1, 30)

    gone = client.get(addresses.share_url(away.share_id))
    assert (gone.status_code, gone.headers["location"]) == (302, "https://shop.example/a")
    assert client.get(url[:-1] + ("0" if url[-1] != "0" else "1")).status_code == 404
    assert client.get("/h5/f/nothing").status_code == 404
