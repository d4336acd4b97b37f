"""The course brand's rooms for learners, where its assistant answers at week-ends, and the code that leads to the nearest."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import Designing
from siyu.assembly.demo.camp.codes import publish
from siyu.assembly.demo.camp.company import ASSISTANT, GROWTH, TEACHERS, staff_ids
from siyu.domain.company import service as company
from siyu.domain.entries import service as entries
from siyu.domain.entries.contracts import OpenHours, Place, StoreDraft
from siyu.kernel.actors import Actor
from siyu.world.population.camp.brand import ROOMS as STUDY_ROOMS
from siyu.world.population.camp.brand import ROOMS_OPEN_HOURS
from siyu.world.wecom.brand import CORP_ID

NEAREST: Final = "学习室 · 就近"
NEAREST_CHANNEL: Final = "学习室"
HOURS: Final = (OpenHours((6, 7), *(hour * 60 for hour in ROOMS_OPEN_HOURS)),)
ROOMS: Final = (
    (STUDY_ROOMS["上海"], "上海", "漕溪北路 9 号 302", Place(31.1955, 121.4366)),
    (STUDY_ROOMS["杭州"], "杭州", "文三路 77 号 5 楼", Place(30.2741, 120.1284)),
    (STUDY_ROOMS["深圳"], "深圳", "海德三道 12 号 B 座", Place(22.5170, 113.9349)),
)
"""Name, city, address, and about where that is."""


def open_rooms(d: Designing, actor: Actor) -> None:
    """Makes the rooms, each with a code of its own at the door, and the code that leads to the nearest."""
    known = staff_ids(d.work)
    unit_id = next(unit.unit_id for unit in company.list_units(d.work, actor) if unit.name == GROWTH)
    for number, (name, city, address, place) in enumerate(ROOMS, start=1):
        document = {
            "title": f"{name} · 加老师领座位",
            "intro": "周末十点到晚八点，带上家庭账本，老师当面看。",
            "corp_id": CORP_ID,
            "mode": "landing",
            "staff_ids": [known[ASSISTANT], known[TEACHERS[number]]],
            "channel": name,
            "campaign": NEAREST_CHANNEL,
            "content": "门口海报",
        }
        code_id = publish(d, actor, f"学习室 · {name.removesuffix('学习室')}", document)
        draft = StoreDraft(f"ML{number:02d}", name, city, address, place, HOURS, unit_id, code_id)
        entries.create_store(d.work, actor, draft)
    nearest = {"title": "找离您最近的学习室", "intro": "加上老师，周末来坐坐。", "corp_id": CORP_ID, "mode": "stores"}
    publish(d, actor, NEAREST, nearest | {"channel": NEAREST_CHANNEL})
