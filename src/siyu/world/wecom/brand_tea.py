"""The tea brand's friends in WeCom.

Whoever has told the mini-program who they are may also be a friend of somebody in their store; WeCom tells of them by the
unionid that the mini-program knows, so nobody is there twice. Seed and day decide who: made again, it is the same corp.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siyu.world.population.chance import Chance
from siyu.world.population.names import FEMALE
from siyu.world.population.tea.brand import GROUP_NAMES, STORES
from siyu.world.population.tea.persons import Person as BrandPerson
from siyu.world.population.tea.population import Population
from siyu.world.wecom.brand_plan import BrandOutside, BrandPlan
from siyu.world.wecom.chats import OUTSIDE, STAFF, Chat, ChatMember
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.people import ADD_WAYS, Person, Relation

TAGS = {
    "客户来源": ("门店", "小程序", "朋友推荐", "社群"),
    "顾问备注": ("会员日必来", "企业下午茶", "常送人", "乳糖不耐"),
}
FRIENDS_SHARE, SECONDS_SHARE = 0.55, 0.12
"""How many of those who could be are friends of somebody; how many of these of the region's manager too."""
LOOKED_AT_MAX = 6_000
"""Of a large population only one in so many is looked at, so that the corp stands within a second or two."""
BY_CODE = 1
CHATS_PER_NAME, CHAT_CUSTOMERS_MAX = 2, 200
_FRIENDSHIP = 3


def _befriend(corp: Corp, plan: BrandPlan) -> None:
    population = Population(plan.seed, plan.customers, datetime.fromisoformat(plan.anchor), ZoneInfo(plan.zone))
    keepers = _keepers(plan)
    chats = _chats(corp, population, sorted({userid for some, _ in keepers.values() for userid in some}))
    tag_ids = [tag.tag_id for group in corp.tags.live for tag in group.live]
    for number in range(0, plan.customers, -(-plan.customers // LOOKED_AT_MAX)):
        chance = Chance(plan.seed, number, _FRIENDSHIP)
        person = population.person(number)
        is_friend = chance.happens(FRIENDS_SHARE) or person.joins_group
        known_at = population.known_to_wechat_at(number) if is_friend else None
        some, seconds = keepers.get(person.store.name, ((), ()))
        added_at = known_at + timedelta(hours=chance.between(1, 400)) if known_at else population.anchor
        if not some or added_at >= population.anchor:
            continue
        customer = corp.people.add_person(_wechat(person))
        asked = [some[number % len(some)]]
        asked += [each for each in seconds if each not in asked and chance.happens(SECONDS_SHARE)]
        for userid in asked:
            way = chance.pick(ADD_WAYS)
            corp.people.add(
                Relation(
                    userid,
                    customer,
                    int(added_at.timestamp()),
                    way,
                    corp.people.id_of(customer),
                    person.store.name if way == BY_CODE else "",
                    tag_ids=[chance.one_of(tag_ids)] if chance.happens(0.4) else [],
                )
            )
        if chats and person.joins_group:
            _join(chats[customer % len(chats)], customer, added_at + timedelta(minutes=chance.between(5, 50)))


def _keepers(plan: BrandPlan) -> dict[str, tuple[Sequence[str], Sequence[str]]]:
    """{store: (who keeps its customers, who else may have them)}: its own staff, or else those of its region."""
    name_of = {unit.unit_id: unit.name for unit in plan.units}
    of_unit: dict[str, list[str]] = {}
    for one in plan.staff:
        if one.has_customers:
            of_unit.setdefault(name_of[one.unit_id], []).append(one.userid)
    found: dict[str, tuple[Sequence[str], Sequence[str]]] = {}
    for store in STORES:
        above = of_unit.get(store.region, [])
        found[store.name] = (of_unit.get(store.name) or above, above)
    return found


def _wechat(person: BrandPerson) -> Person:
    return Person(person.name, 2 if person.gender == FEMALE else 1, person.unionid.value)


def _chats(corp: Corp, population: Population, owners: Sequence[str]) -> Sequence[Chat]:
    made = []
    begins_at = int(population.calendar.begins_at.timestamp())
    for number in range(len(GROUP_NAMES) * CHATS_PER_NAME if owners else 0):
        name = f"{GROUP_NAMES[number % len(GROUP_NAMES)]}{number // len(GROUP_NAMES) + 1}"
        owner = owners[number % len(owners)]
        chat = Chat(corp.new_key("wr"), name, owner, begins_at, version=corp.new_key("", 32))
        chat.members[owner] = ChatMember(STAFF, owner, begins_at)
        corp.chats.chats[chat.chat_id] = chat
        made.append(chat)
    return made


def _join(chat: Chat, customer: int, at: datetime) -> None:
    if len(chat.members) <= CHAT_CUSTOMERS_MAX:
        chat.members[customer] = ChatMember(OUTSIDE, customer, int(at.timestamp()), 3)


FOLLOWS_SHARE: Final = 0.3
WRITTEN: Final = ("新品什么时候上", "会员日是几号", "券怎么用不了", "最近的店在哪")
TEA_OUTSIDE: Final = BrandOutside(
    TAGS, "晨曦茶饮客服", "晨曦茶饮", GROUP_NAMES, "门店群码", _befriend, FOLLOWS_SHARE, WRITTEN
)
