"""Made-up intake traffic for benchmarks: realistic sizes, skewed activity, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec

PAGES = ("首页", "新品", "冷泡茶", "会员日", "门店", "订单", "积分商城", "领券中心")


def requests_of(events: int, *, per_request: int, people: int, seed: int, now: datetime) -> Iterator[bytes]:
    """Bodies of POST /v1/batch. Half of the events come from a tenth of the people; an event is about 400 bytes of JSON."""
    source = random.Random(seed)  # noqa: S311 - made-up traffic
    sent_at = now.astimezone(UTC)
    for start in range(0, events, per_request):
        count = min(per_request, events - start)
        batch = [_event(source, people, sent_at, start + offset) for offset in range(count)]
        yield msgspec.json.encode({"batch": batch, "sentAt": sent_at.isoformat()})


def _event(source: random.Random, people: int, sent_at: datetime, number: int) -> dict[str, object]:
    person = source.randrange(max(1, people // 10)) if source.random() < 0.5 else source.randrange(people)
    at = sent_at - timedelta(seconds=source.random() * 3600)
    return {
        "type": "track",
        "messageId": f"node-next-{number:012d}-{source.getrandbits(64):016x}",
        "anonymousId": f"a{person:08d}",
        "event": "Page Viewed",
        "timestamp": at.isoformat(timespec="milliseconds"),
        "properties": {
            "title": source.choice(PAGES),
            "path": f"/goods/{source.randrange(5000)}",
            "price": source.randrange(900, 9900) / 100,
            "position": source.randrange(40),
            "is_member": source.random() < 0.3,
        },
        "context": {"library": {"name": "analytics-node", "version": "3.1.0"}, "channel": "mini-program"},
    }
