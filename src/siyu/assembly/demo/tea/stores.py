"""The demo brand's stores on the map, and the code that leads to the nearest of those with an adviser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

from siyu.domain.company import service as company
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import OpenHours, Place, StoreDraft
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork
from siyu.world.population.tea.brand import STORES
from siyu.world.wecom.brand import CORP_ID

NEAREST: Final = "就近门店"
HOURS: Final = (OpenHours((1, 2, 3, 4, 5, 6, 7), 8 * 60, 24 * 60),)
PLACES: Final = {
    "上海人民广场店": Place(31.2331, 121.4752),
    "上海徐家汇店": Place(31.1955, 121.4366),
    "上海五角场店": Place(31.3009, 121.5143),
    "杭州湖滨店": Place(30.2555, 120.1619),
    "杭州滨江店": Place(30.2084, 120.2120),
    "南京新街口店": Place(32.0418, 118.7840),
    "苏州观前街店": Place(31.3116, 120.6277),
    "广州天河城店": Place(23.1323, 113.3270),
    "广州北京路店": Place(23.1252, 113.2692),
    "深圳海岸城店": Place(22.5170, 113.9349),
    "深圳华强北店": Place(22.5431, 114.0866),
    "厦门中山路店": Place(24.4536, 118.0822),
    "北京三里屯店": Place(39.9361, 116.4551),
    "北京五道口店": Place(39.9929, 116.3376),
    "北京国贸店": Place(39.9087, 116.4605),
    "天津滨江道店": Place(39.1189, 117.1940),
}
"""In the middle of each quarter, as maps of China tell it."""


def design_stores(work: UnitOfWork, actor: Actor, codes: Mapping[str, int], zone: ZoneInfo) -> None:
    """Makes the stores, and the code that leads to the nearest; `codes` are those of the stores that have an adviser."""
    unit_ids = {unit.name: unit.unit_id for unit in company.list_units(work, actor)}
    for n, store in enumerate(STORES, start=1):
        draft = StoreDraft(
            number=f"CX{n:03d}",
            name=store.name,
            city=store.city,
            address=store.name.removeprefix(store.city).removesuffix("店"),
            place=PLACES[store.name],
            hours=HOURS,
            unit_id=unit_ids.get(store.name),
            code_id=codes.get(store.name),
        )
        entries.create_store(work, actor, draft)
    document = {
        "title": "找离您最近的门店",
        "intro": "加门店顾问，新品到店第一时间告诉您。",
        "corp_id": CORP_ID,
        "mode": "stores",
    }
    made = entries.create_code(work, actor, NEAREST, document | {"channel": NEAREST}, zone)
    entries.publish_code(work, actor, made.code_id, zone)
