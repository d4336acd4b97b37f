"""What the people of a simulated town do, planned from a seed, and what they remember of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from siyu.assembly.simulation.letters import email_of
from siyu.assembly.simulation.office import unionid_of
from siyu.world.population.chance import Chance

VISITS_A_DAY, ORDERS_A_DAY = 1.2, 0.25
AGREES_SHARE, CHANGES_MIND_SHARE, HAS_PHONE_SHARE, HAS_MAIL_SHARE = 0.85, 0.3, 0.85, 0.8
AGREES_TO_SHARES = {"sms": 0.7, "mail": 0.8, "official_account": 0.9, "aicall": 0.5}
NAMED_AFTER_DAYS = 1.0
ORDER_FEN_MAX = 50_000
TOLD = "told"
"""The deed of somebody who says who they are."""


@dataclass(frozen=True, slots=True)
class Deed:
    """A call that somebody's phone makes: the body of one event as an intake client sends it."""

    at: datetime
    number: int
    user_id: str
    name: str
    body: dict[str, Any] = field(compare=False)

    @property
    def is_event(self) -> bool:
        """Whether it comes to the log; who somebody is comes to the profile."""
        return self.name != TOLD

    @property
    def fen(self) -> int:
        """What was paid."""
        return round(float(self.body["properties"]["total"]) * 100)

    @property
    def channel(self) -> str:
        """About which channel somebody agreed or refused."""
        return str(self.body["properties"]["channel"])

    @property
    def payload(self) -> bytes:
        """As it is posted to the intake, the same however often."""
        return json.dumps({"batch": [self.body]}).encode()


def phone_of(person: int) -> str:
    """The telephone of somebody, as they write it."""
    return f"138{person:08}"


def plan_deeds(
    seed: int, people: int, begins_at: datetime, days: int, ends: Mapping[int, datetime] | None = None
) -> list[Deed]:
    """All deeds of everybody, in the order of time; of some only until an instant."""
    numbers, ends = iter(range(10**9)), ends or {}
    deeds = [
        deed
        for person in range(people)
        for deed in _life(Chance(seed, person), person, begins_at, days, numbers)
        if person not in ends or deed.at < ends[person]
    ]
    return sorted(deeds, key=lambda deed: (deed.at, deed.number))


def _life(chance: Chance, person: int, begins_at: datetime, days: int, numbers: Iterator[int]) -> Iterator[Deed]:
    user_id, anonymous_id = f"person-{person}", f"phone-of-{person}"

    def deed(day: float, name: str, kind: str = "track", *, by: str = "userId", **content: Any) -> Deed:
        at = begins_at + timedelta(days=day)
        number = next(numbers)
        who = user_id if by == "userId" else anonymous_id
        body = {"type": kind, "messageId": f"deed-{number}", "timestamp": at.isoformat(), by: who, **content}
        if kind == "track":
            body |= {"event": name, "properties": {**content.get("properties", {}), "deed": number}}
        return Deed(at, number, user_id, name, body)

    named_on = min(chance.waiting(NAMED_AFTER_DAYS), days / 2)
    at = chance.waiting(1 / VISITS_A_DAY)
    while at < days:
        yield deed(at, "page_looked_at", by="userId" if at > named_on else "anonymousId", properties={"page": "home"})
        at += chance.waiting(1 / VISITS_A_DAY)
    traits = {"name": f"某{person}", "city": chance.one_of(["上海", "杭州", "成都"]), "unionid": unionid_of(person)}
    if chance.happens(HAS_PHONE_SHARE):
        traits["phone"] = phone_of(person)
    if chance.happens(HAS_MAIL_SHARE):
        traits["email"] = email_of(person)
    yield deed(named_on, TOLD, "identify", anonymousId=anonymous_id, traits=traits)
    if chance.happens(AGREES_SHARE):
        consent = {"channel": "webhook", "purpose": "marketing"}
        yield deed(named_on, "consent_granted", properties=consent)
        yield deed(named_on, "consent_granted", properties={"channel": "wecom", "purpose": "marketing"})
        for channel, share in AGREES_TO_SHARES.items():
            if chance.happens(share):
                yield deed(named_on, "consent_granted", properties={"channel": channel, "purpose": "marketing"})
        if chance.happens(CHANGES_MIND_SHARE):
            yield deed(chance.between(named_on, days), "consent_withdrawn", properties=consent)
    at = named_on + chance.waiting(1 / ORDERS_A_DAY)
    while at < days:
        order = {
            "order_id": f"order-{person}-{at:.9f}",
            "total": chance.whole(1, ORDER_FEN_MAX) / 100,
            "currency": "CNY",
        }
        yield deed(at, "order_completed", properties=order)
        at += chance.waiting(1 / ORDERS_A_DAY)
