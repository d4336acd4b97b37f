"""The course brand's friends in WeCom: campers with their class teachers, in the groups of their classes.

All of it is told by the population: who added whom when, who joined which class's group, left it, or blocked the teacher. Some
came to the assistant too, and whoever bought the year is a friend of the founder. WeCom tells of them by the unionid that the
course platform knows. The state of a friendship is the channel by which it began.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from siyu.world.population.camp.brand import CLASS_PEOPLE_MAX, CLASS_TEACHERS, PERSONAS
from siyu.world.population.camp.persons import Person as BrandPerson
from siyu.world.population.camp.population import Population, group_in, teacher_in
from siyu.world.population.camp.terms import opens_at, teacher_of_class
from siyu.world.population.camp.walk import Way
from siyu.world.population.chance import Chance
from siyu.world.wecom.brand_plan import BrandOutside, BrandPlan
from siyu.world.wecom.chats import OUTSIDE, STAFF, Chat, ChatMember
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.people import Person, Relation

TAGS: Final = {
    "来源": ("抖音", "视频号", "小红书", "公众号文章", "直播间", "朋友推荐"),
    "老师备注": ("要 1 对 1", "白天不方便", "作业认真", "问过正价课"),
}
CLASS_GROUP: Final = "小白营"
BY_CODE, FOUNDER_STATE = 1, "年度会员"
FOUNDER_ADDED_AFTER: Final = timedelta(hours=3)
NOTED_SHARE: Final = 0.3
"""Of those whom their teacher has noted something about."""
_FRIENDSHIP = 3


@dataclass(slots=True)
class _Friends:
    """The corp while its friends come in."""

    corp: Corp
    population: Population
    userid_of: Mapping[str, str]
    chats: dict[tuple[date, int], Chat] = field(default_factory=dict)

    def add(self, number: int) -> None:
        """Whoever added their class teacher."""
        way = self.population.way_of(number)
        teacher = teacher_in(way)
        userid = self.userid_of.get(CLASS_TEACHERS[teacher.number]) if teacher else None
        if teacher is None or userid is None:
            return
        chance, person = Chance(self.population.seed, number, _FRIENDSHIP), self.population.person(number)
        customer = self.corp.people.add_person(_wechat(person))
        relation = self._relation(userid, customer, teacher.added_at, person.source)
        relation.is_one_way = way.blocked_at is not None
        relation.tag_ids = self._noted(person, chance)
        self.corp.people.add(relation)
        self._add_others(person, way, customer)
        joined = group_in(way)
        if joined is not None and joined.left_at is None:
            self._join(joined.term, joined.class_number, customer, joined.joined_at)

    def _add_others(self, person: BrandPerson, way: Way, customer: int) -> None:
        """The founder, of whoever bought the year; the assistant, of who saw her code and took it."""
        founder, assistant = (self.userid_of.get(each.name) for each in PERSONAS[:2])
        met_at = way.vip_at + FOUNDER_ADDED_AFTER if way.vip_at is not None else None
        if met_at is not None and met_at < self.population.anchor and founder is not None:
            self.corp.people.add(self._relation(founder, customer, met_at, FOUNDER_STATE))
        call = self.population.call_of(person, way)
        if call is not None and call.adds and assistant is not None:
            self.corp.people.add(self._relation(assistant, customer, call.at, call.channel))

    def _relation(self, userid: str, customer: int, at: datetime, state: str) -> Relation:
        return Relation(userid, customer, int(at.timestamp()), BY_CODE, self.corp.people.id_of(customer), state)

    def _noted(self, person: BrandPerson, chance: Chance) -> list[str]:
        tag_of = {tag.name: tag.tag_id for group in self.corp.tags.live for tag in group.live}
        noted = [tag_of[person.source]]
        return [*noted, tag_of[chance.one_of(TAGS["老师备注"])]] if chance.happens(NOTED_SHARE) else noted

    def _join(self, term: date, class_number: int, customer: int, at: datetime) -> None:
        chat = self.chats.get((term, class_number))
        if chat is None:
            chat = self._open(term, class_number)
        if len(chat.members) <= CLASS_PEOPLE_MAX:
            chat.members[customer] = ChatMember(OUTSIDE, customer, int(at.timestamp()), 3)

    def _open(self, term: date, class_number: int) -> Chat:
        owner = self.userid_of[CLASS_TEACHERS[teacher_of_class(term, class_number)]]
        made_at = int(opens_at(term, self.population.zone).timestamp())
        name = f"{CLASS_GROUP} {term:%m%d} 期 {class_number} 班"
        chat = Chat(self.corp.new_key("wr"), name, owner, made_at, version=self.corp.new_key("", 32))
        chat.members[owner] = ChatMember(STAFF, owner, made_at)
        self.chats[term, class_number] = chat
        return chat

    def close(self) -> None:
        """Puts the groups in, from the first term to the last."""
        for _, chat in sorted(self.chats.items()):
            self.corp.chats.chats[chat.chat_id] = chat


def _befriend(corp: Corp, plan: BrandPlan) -> None:
    population = Population(plan.seed, plan.customers, datetime.fromisoformat(plan.anchor), ZoneInfo(plan.zone))
    friends = _Friends(corp, population, {one.name: one.userid for one in plan.staff if one.has_customers})
    for number in range(plan.customers):
        friends.add(number)
    friends.close()


def _wechat(person: BrandPerson) -> Person:
    return Person(person.name, 2 if person.is_female else 1, person.unionid.value)


FOLLOWS_SHARE: Final = 0.3
WRITTEN: Final = (
    "记账",
    "下一期什么时候开班？",
    "一元课还能报吗",
    "上周那篇讲应急金的文章找不到了",
    "退订",
    "想看直播回放",
)
CAMP_OUTSIDE: Final = BrandOutside(
    TAGS, "明理财商客服", "明理财商", (CLASS_GROUP,), "本期班级群", _befriend, FOLLOWS_SHARE, WRITTEN
)
