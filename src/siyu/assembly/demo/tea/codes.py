"""The demo brand's channel codes: a poster in each store whose staff serve customers, with hours, a backup and caps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from siyu.assembly.demo.brand import ACTOR, Designing
from siyu.assembly.demo.codes import Look
from siyu.assembly.demo.tea.company import FRONTLINE, MANAGERS
from siyu.assembly.demo.tea.stores import NEAREST, design_stores
from siyu.domain.company import service as company
from siyu.domain.entries import service as entries
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork
from siyu.world.population.tea.brand import STORES
from siyu.world.population.tea.population import Population
from siyu.world.wecom.brand import CORP_ID

CAMPAIGN: Final = "秋日上新"
POSTER: Final = "门店海报"
MEMBER_DAILY_MAX: Final = 30
OPENS, CLOSES = 9 * 60, 22 * 60
CODES_MAX = 200
LOOKED_AT_MAX: Final = 3_000
BY_MAP_ONE_IN: Final = 5
"""Of those who see a poster, one in so many was led there by the code to the nearest store."""


def design_codes(work: UnitOfWork, actor: Actor, tag_ids: Mapping[str, int], zone: ZoneInfo) -> None:
    """Makes and publishes the codes by the operator's own hand."""
    staff = {each.email: each.staff_id for each in company.list_staff(work, actor, PageRequest(size=CODES_MAX)).rows}
    region_of = {store.name: store.region for store in STORES}
    codes: dict[str, int] = {}
    for store, (_, email) in FRONTLINE.items():
        manager = staff[MANAGERS[region_of[store]][1]]
        made = entries.create_code(
            work, actor, f"{store} · {POSTER}", _poster(store, staff[email], manager, tag_ids["门店扫码"]), zone
        )
        codes[store] = entries.publish_code(work, actor, made.code_id, zone).code_id
    design_stores(work, actor, codes, zone)


def looks(d: Designing, since: datetime) -> Iterator[Look]:
    """Whoever told a store who they are saw the poster there; some of them by the map. Only of those who came last is asked."""
    people = Population(d.brand.seed, d.customers, d.anchor, d.zone)
    staff = {each.email: each.staff_id for each in company.list_staff(d.work, ACTOR, PageRequest(size=CODES_MAX)).rows}
    stores = {
        each.draft.name: each.store_id for each in entries.list_stores(d.work, ACTOR, PageRequest(size=CODES_MAX)).rows
    }
    for number in range(d.customers - 1, max(-1, d.customers - 1 - LOOKED_AT_MAX), -1):
        person, at = people.person(number), people.known_to_wechat_at(number)
        store = person.store.name
        if store in FRONTLINE and at is not None and since <= at < d.anchor:
            yield Look(at, person.unionid, store, staff[FRONTLINE[store][1]])
            if number % BY_MAP_ONE_IN == 0:
                yield Look(at, person.unionid, NEAREST, stores[store])


def _poster(store: str, adviser: int, manager: int, tag_id: int) -> dict[str, Any]:
    """By day the store's adviser serves, at night and when she has her fill the manager of the region."""
    text = f"您好，我是晨曦茶饮{store}的顾问。会员日、新品试喝，我都会第一时间告诉您。"
    night = "夜深啦，谢谢您还惦记着茶。明早九点门店开门，有任何问题请留言，我们一早就回您。"
    return {
        "title": "添加门店顾问，领新人立减 6 元",
        "intro": "长按识别二维码，添加顾问后自动送券。",
        "corp_id": CORP_ID,
        "mode": "landing",
        "choice": "least_busy",
        "slots": [
            {"weekdays": [1, 2, 3, 4, 5, 6, 7], "begins": OPENS, "ends": CLOSES, "staff_ids": [adviser]},
        ],
        "backup_ids": [manager],
        "member_daily_max": MEMBER_DAILY_MAX,
        "channel": store,
        "campaign": CAMPAIGN,
        "content": POSTER,
        "tags": [tag_id],
        "welcomes": [{"text": night, "begins": CLOSES, "ends": OPENS}, {"text": text}],
    }
