"""A corp with people in it, the same for the same seed: departments, members, customers, groups, tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siyu.kernel.clock import Clock
from siyu.world.population.chance import Chance
from siyu.world.population.names import FEMALE, MALE, a_name
from siyu.world.wecom.chats import OUTSIDE, STAFF, Chat, ChatMember
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.rules import Rules
from siyu.world.wecom.staff import Member
from siyu.world.wecom.tags import CONSOLE, Tag, TagGroup

REGIONS = {
    "华东大区": ("上海", "杭州", "南京"),
    "华南大区": ("广州", "深圳", "厦门"),
    "华北大区": ("北京", "天津", "青岛"),
}
TAGS = {
    "客户等级": ("普通", "银卡", "金卡", "黑卡"),
    "口味偏好": ("少糖", "无糖", "果茶", "奶茶", "纯茶"),
    "来源": ("门店", "小程序", "朋友推荐"),
}
POSITIONS = ("店长", "社群顾问", "社群顾问", "客服")
CHAT_CUSTOMERS = 25


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    members: int = 20
    customers: int = 2000
    chats: int = 10


def build_corp(corp_id: str, clock: Clock, size: Size, *, seed: int = 1, rules: Rules | None = None) -> Corp:
    """A corp that has been at work for a while; no app is in it yet."""
    corp = Corp(corp_id, clock, rules=rules, seed=seed)
    chance = Chance(seed, 20_001)
    stores = []
    for region, cities in REGIONS.items():
        unit = corp.staff.add_department(region)
        stores += [corp.staff.add_department(f"{city}店", unit.department_id).department_id for city in cities]
    for number in range(size.members):
        is_woman = chance.happens(0.6)
        member = Member(
            f"staff{number + 1:04}",
            a_name(chance, FEMALE if is_woman else MALE),
            departments=[stores[number % len(stores)]],
            position=POSITIONS[number % len(POSITIONS)],
            gender=2 if is_woman else 1,
            mobile=f"1990000{number + 1:04}",
            email=f"staff{number + 1:04}@chenxi.example",
        )
        corp.staff.add(member)
    add_tags(corp, TAGS)
    tag_ids = [tag.tag_id for group in corp.tags.live for tag in group.live]
    userids = [member.userid for member in corp.staff.members]
    if userids:
        corp.people.generate(size.customers, userids, tag_ids)
        _add_chats(corp, size.chats, userids, chance)
    return corp


def add_tags(corp: Corp, tags: Mapping[str, Sequence[str]]) -> None:
    """Groups of tags, {name: names}, as if made in the console."""
    for order, (name, names) in enumerate(tags.items()):
        group = TagGroup(corp.new_key("et"), name, corp.now_seconds, CONSOLE, order=len(tags) - order)
        for place, tag_name in enumerate(names):
            tag = Tag(corp.new_key("et"), tag_name, corp.now_seconds, CONSOLE, order=len(names) - place)
            group.tags[tag.tag_id] = tag
        corp.tags.groups[group.group_id] = group


def _add_chats(corp: Corp, count: int, userids: list[str], chance: Chance) -> None:
    for number in range(count):
        owner = userids[number % len(userids)]
        created_at = corp.now_seconds - chance.whole(1, 400) * 86400
        chat = Chat(corp.new_key("wr"), f"晨曦茶友群{number + 1}", owner, created_at, version=corp.new_key("", 32))
        chat.members[owner] = ChatMember(STAFF, owner, created_at)
        for customer in corp.people.numbers_from(owner, 0, CHAT_CUSTOMERS):
            chat.members[customer] = ChatMember(OUTSIDE, customer, created_at + chance.whole(60, 86_400), 3)
        corp.chats.chats[chat.chat_id] = chat
