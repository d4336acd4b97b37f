"""Customers by number, made from a seed when somebody looks, so that a million of them weigh next to nothing.

A customer's number stands in the external_userid, with a check that tells a made-up id from one of this corp. Only customers
and relations that somebody changed are kept; of the others a digest of seed and number tells everything.
"""

from __future__ import annotations

import base64
import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np

from siyu.world.population.chance import Weighted
from siyu.world.wecom.errors import RefusedError

MIX = 0x9E3779B97F4A7C15
MASK = 2**64 - 1
SECOND_SHARE = 10
"""One generated customer in so many has a second follower."""

LIFE_SECONDS = 540 * 86400
ADD_WAYS = Weighted({1: 55.0, 2: 6.0, 3: 12.0, 4: 9.0, 6: 4.0, 10: 5.0, 13: 2.0, 16: 5.0, 201: 1.0, 202: 1.0})
ADD_WAY_OF_BYTE = [ADD_WAYS.at(one / 256) for one in range(256)]
AGES = struct.Struct(">II")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹"
CHARACTERS = "雨欣怡佳思琪梦瑶雅婷诗涵晓雯静宁月桐清悦浩宇轩子睿俊杰博文明哲天佑志远嘉伟泽宏凯"
PERSON_OF_WECHAT, PERSON_OF_WECOM = 1, 2


@dataclass(slots=True)
class Person:
    """Who a customer is, as WeChat tells it."""

    name: str
    gender: int
    unionid: str
    kind: int = PERSON_OF_WECHAT
    corp_name: str = ""


@dataclass(slots=True)
class Relation:
    """A member and a customer who are friends. `is_half` until the member adds back; `is_one_way` after the customer deleted
    the member, who sees no difference."""

    userid: str
    number: int
    created_at: int
    add_way: int = 1
    oper_userid: str = ""
    state: str = ""
    remark: str = ""
    description: str = ""
    remark_company: str = ""
    remark_mobiles: list[str] = field(default_factory=list)
    tag_ids: list[str] = field(default_factory=list)
    chatted_at: int = 0
    is_half: bool = False
    is_one_way: bool = False


class People:
    """All customers and their relations to members."""

    def __init__(self, seed: int, made_at: int) -> None:
        self._key = blake2b(str(seed).encode(), digest_size=16).digest()
        self._made_at = made_at
        self._generated = 0
        self._firsts: list[str] = []
        self._tag_ids: Sequence[str] = ()
        self._persons: dict[int, Person] = {}
        self._by_unionid: dict[str, int] = {}
        self._relations: dict[tuple[str, int], Relation] = {}
        self._numbers: dict[str, array[int]] = {}
        self._extra: dict[int, list[str]] = {}
        self.count = 0
        self._run, self._settled = b"", 0

    def begin_run(self, run: str) -> None:
        """Ids of whoever comes from now on are of this run alone."""
        self._run, self._settled = run.encode(), self.count

    def generate(self, customers: int, userids: Sequence[str], tag_ids: Sequence[str] = ()) -> None:
        """So many customers, shared out among the members; before anything else happens."""
        if self.count:
            raise ValueError("there are customers already")
        self.count = self._generated = customers
        self._firsts, self._tag_ids = list(userids), tuple(tag_ids)
        shares = len(userids)
        numbers = np.arange(customers, dtype=np.uint64)
        firsts = (numbers % np.uint64(shares)).astype(np.int64)
        mixed = (numbers * np.uint64(MIX)) >> np.uint64(32)
        seconds = ((mixed // np.uint64(SECOND_SHARE)) % np.uint64(shares)).astype(np.int64)
        has_second = (mixed % np.uint64(SECOND_SHARE) == 0) & (seconds != firsts)
        # A stable sort by member leaves each member's customers in ascending order of their numbers.
        members = np.concatenate([firsts, seconds[has_second]])
        whose = np.concatenate([numbers, numbers[has_second]]).astype(np.uint32)
        order = np.lexsort((whose, members))
        members, whose = members[order], whose[order]
        bounds = np.searchsorted(members, np.arange(shares + 1))
        for position, userid in enumerate(userids):
            self._numbers[userid] = array("I", whose[bounds[position] : bounds[position + 1]].tobytes())

    def id_of(self, number: int) -> str:
        """The external_userid."""
        run = self._run if number >= self._settled else b""
        digest = blake2b(number.to_bytes(8, "big") + run, key=self._key, digest_size=18).digest()
        scattered = (number ^ int.from_bytes(digest[14:18], "big")).to_bytes(4, "big")
        # The last four bytes of the digest depend on the number, so they travel along.
        return "wm" + base64.urlsafe_b64encode(digest[14:18] + scattered + digest[:14]).decode()[:29] + "A"

    def find(self, external_userid: str) -> int | None:
        """The number of a customer; None for an id that is not of this corp."""
        if len(external_userid) != 32 or not external_userid.startswith("wm"):
            return None
        try:
            head = base64.urlsafe_b64decode(external_userid[2:14])
        except ValueError:
            return None
        number = int.from_bytes(head[:4], "big") ^ int.from_bytes(head[4:8], "big")
        return number if number < self.count and self.id_of(number) == external_userid else None

    def number_of(self, external_userid: str) -> int:
        """The number of a customer; RefusedError 40096 for an id that is not of this corp."""
        number = self.find(external_userid)
        if number is None:
            raise RefusedError(40096)
        return number

    def add_person(self, person: Person) -> int:
        """Somebody new; the number."""
        number = self.count
        self.count += 1
        self._persons[number] = person
        if person.unionid:
            self._by_unionid[person.unionid] = number
        return number

    def find_unionid(self, unionid: str) -> int | None:
        """Whose unionid it is. Generated ones tell their number, as ids do."""
        known = self._by_unionid.get(unionid)
        if known is not None:
            return known
        tail = unionid[-8:]
        if not all(letter in "0123456789abcdef" for letter in tail) or len(tail) != 8:
            return None
        number = int(tail, 16)
        return number if number < self._generated and self.person(number).unionid == unionid else None

    def person(self, number: int) -> Person:
        known = self._persons.get(number)
        if known is not None:
            return known
        digest = self._digest("person", number)
        characters = 1 + (digest[2] < 200)
        given = "".join(CHARACTERS[digest[3 + place] % len(CHARACTERS)] for place in range(characters))
        unionid = "o" + base64.urlsafe_b64encode(digest[8:20]).decode()[:15] + format(number, "08x")
        return Person(SURNAMES[digest[0] % len(SURNAMES)] + given, 1 + digest[1] % 2, unionid)

    def relation(self, userid: str, number: int) -> Relation | None:
        """What a member has with a customer; a change of it is kept only after `keep`."""
        if not self.has(userid, number):
            return None
        known = self._relations.get((userid, number))
        if known is not None:
            return known
        digest = self._digest(f"relation:{userid}", number)
        age, chatted = AGES.unpack_from(digest)
        created_at = self._made_at - 1 - (age * LIFE_SECONDS >> 32)
        # None, one or two tags; the same one drawn twice is one.
        drawn = digest[12 : 12 + digest[15] % 3] if self._tag_ids else b""
        return Relation(
            userid,
            number,
            created_at,
            ADD_WAY_OF_BYTE[digest[8]],
            userid,
            tag_ids=list({self._tag_ids[one % len(self._tag_ids)]: None for one in drawn}),
            chatted_at=created_at + (chatted * (self._made_at - created_at) >> 32),
        )

    def keep(self, relation: Relation) -> None:
        """Remembers what a relation has become."""
        self._relations[relation.userid, relation.number] = relation

    def add(self, relation: Relation) -> None:
        """Makes a member and a customer friends."""
        numbers = self._numbers.setdefault(relation.userid, array("I"))
        place = bisect_left(numbers, relation.number)
        if place == len(numbers) or numbers[place] != relation.number:
            numbers.insert(place, relation.number)
        followers = self._extra.setdefault(relation.number, [])
        if relation.userid not in followers:
            followers.append(relation.userid)
        self.keep(relation)

    def remove(self, userid: str, number: int) -> None:
        """Ends a relation for both sides."""
        numbers = self._numbers.get(userid, array("I"))
        place = bisect_left(numbers, number)
        if place < len(numbers) and numbers[place] == number:
            del numbers[place]
        self._relations.pop((userid, number), None)

    def has(self, userid: str, number: int) -> bool:
        numbers = self._numbers.get(userid, ())
        place = bisect_left(numbers, number)
        return place < len(numbers) and numbers[place] == number

    def numbers_of(self, userid: str) -> Sequence[int]:
        """The customers of a member, in ascending order."""
        return self._numbers.get(userid, ())

    def numbers_from(self, userid: str, least: int, most: int) -> Sequence[int]:
        """At most so many customers of a member, from a number on."""
        numbers = self._numbers.get(userid, ())
        place = bisect_left(numbers, least)
        return numbers[place : place + most]

    def followers(self, number: int) -> list[Relation]:
        """The relations of a customer, the oldest first."""
        userids: Iterable[str] = self._extra.get(number, ())
        if number < self._generated:
            mixed = (number * MIX & MASK) >> 32
            first, second = number % len(self._firsts), mixed // SECOND_SHARE % len(self._firsts)
            userids = dict.fromkeys([self._firsts[first], self._firsts[second], *userids])
        found = [relation for userid in userids if (relation := self.relation(userid, number)) is not None]
        return sorted(found, key=lambda relation: relation.created_at)

    def _digest(self, what: str, number: int) -> bytes:
        return blake2b(f"{what}:{number}".encode(), key=self._key, digest_size=32).digest()
