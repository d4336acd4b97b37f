"""Who should know: managers of whom somebody left behind, and who asked for an inheritance what came of it.

A letter goes by the first way that takes it. That it is to go is written down before it goes: whoever dies in between leaves one
that may not have gone, never one that goes twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from siyu.domain.company import reading as company
from siyu.domain.company.contracts import Letter, PostDelayedError, PostRefusedError, StaffPost
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import UNDONE_STATES, HandoverState, Inheritance
from siyu.engines.inheritance.contracts import ACTOR
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database

log = get_logger(__name__)

NAMES_MAX = 10


def tell_once(database: Database, posts: Mapping[str, StaffPost], base_url: str) -> int:
    """Tells of all that nobody was told of yet; gives how many letters went out. Without any way nothing is taken for told."""
    if not posts:
        return 0
    return _tell_of_leavers(database, posts, base_url) + _tell_of_ended(database, posts, base_url)


def _tell_of_leavers(database: Database, posts: Mapping[str, StaffPost], base_url: str) -> int:
    with database.begin() as work:
        leavers = contacts.take_leavers(work, ACTOR)
        of_reader: dict[int, list[tuple[str, int]]] = {}
        for each in leavers:
            for staff_id in company.responsible_for(work, each.unit_path):
                of_reader.setdefault(staff_id, []).append((each.name, each.customers))
        day = work.clock.now().strftime("%Y-%m-%dT%H:%M")
    return sum(
        _post(database, posts, staff_id, leaving_letter(f"leavers:{day}:{staff_id}", rows, base_url))
        for staff_id, rows in sorted(of_reader.items())
    )


def _tell_of_ended(database: Database, posts: Mapping[str, StaffPost], base_url: str) -> int:
    with database.begin() as work:
        ended = contacts.take_ended(work, ACTOR)
    sent = 0
    for each in ended:
        kind, _, number = each.asked_by.partition(":")
        if kind == "staff" and not each.is_cancelled:
            sent += _post(database, posts, int(number), ended_letter(each, base_url))
    return sent


def _post(database: Database, posts: Mapping[str, StaffPost], staff_id: int, letter: Letter) -> bool:
    with database.read() as reading:
        found = company.find_reader(reading, staff_id)
    if found is None:
        return False
    for name, post in posts.items():
        try:
            post.post(found[0], letter)
        except (PostDelayedError, PostRefusedError) as error:
            log.info("letter_refused", way=name, staff_id=staff_id, reason=error.code)
        except Exception as error:
            log.error("letter_lost", way=name, staff_id=staff_id, exc_info=error)
            return False
        else:
            return True
    return False


def leaving_letter(key: str, leavers: Sequence[tuple[str, int]], base_url: str) -> Letter:
    """(name, customers) of who has left, in words."""
    customers = sum(count for _, count in leavers)
    lines = [f"{name}:{count:,} 位客户 · {count:,} customers" for name, count in leavers[:NAMES_MAX]]
    if len(leavers) > NAMES_MAX:
        lines.append(f"… {len(leavers) - NAMES_MAX:,}")
    return _letter(
        key,
        f"有员工离职,{customers:,} 位客户无人照看 · {customers:,} customers without an adviser",
        lines,
        f"{base_url}/inheritances",
    )


def ended_letter(inheritance: Inheritance, base_url: str) -> Letter:
    """What came of an inheritance, in words."""
    done = inheritance.counts.get(HandoverState.DONE, 0) + inheritance.group_counts.get(HandoverState.DONE, 0)
    lines = [f"已接手 · handed over: {done:,}"]
    for state in UNDONE_STATES:
        count = inheritance.counts.get(state, 0) + inheritance.group_counts.get(state, 0)
        if count:
            lines.append(f"{WORDS[state]}: {count:,}")
    return _letter(
        f"inheritance:{inheritance.inheritance_id}",
        f"{inheritance.giver_name} 的客户交接已结束 · Customers of {inheritance.giver_name} were handed over",
        lines,
        f"{base_url}/inheritances/{inheritance.inheritance_id}",
    )


WORDS: Mapping[HandoverState, str] = {
    HandoverState.REFUSED: "客户拒绝 · refused",
    HandoverState.LIMITED: "次数用完 · limit reached",
    HandoverState.TAKER_FULL: "接手人满了 · taker is full",
    HandoverState.FAILED: "失败 · failed",
}


def _letter(key: str, title: str, lines: Iterable[str], link: str) -> Letter:
    told = list(lines)
    opens = "打开继承 · Open"
    html = (
        f"<h1 style='font-size:18px'>{escape(title)}</h1>"
        + "".join(f"<p>{escape(each)}</p>" for each in told)
        + f"<p><a href='{escape(link)}'>{opens}</a></p>"
    )
    text = "\n".join([title, "", *told, "", f"{opens}: {link}"])
    return Letter(key, title, html, text, [(opens, link)], "\n".join(told))
