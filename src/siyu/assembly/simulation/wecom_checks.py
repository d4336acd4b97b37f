"""What must hold of WeCom after a run: Siyu's books against the corp's own, and against what is on people's phones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from siyu.assembly.simulation.company import MORNING
from siyu.assembly.simulation.console import ANNOUNCED
from siyu.assembly.simulation.message_checks import arrivals_of, kept_messages
from siyu.assembly.simulation.office import HELLO, HELLO_CODE, TAG_GROUP
from siyu.assembly.simulation.simulated import Simulated
from siyu.domain.tags.contracts import How
from siyu.platform.postgres.database import Reading
from siyu.world.wecom.corp import Corp
from siyu.world.wecom.mass import OVER_QUOTA, SENT
from siyu.world.wecom.people import Relation
from siyu.world.wecom.phones import Origin
from siyu.world.wecom.transfers import DONE

OPEN_STATES = ("requested", "awaiting_staff", "sending")
OPEN_TASKS = ("asking", "open", "closing")


def wecom_faults(reading: Reading, found: Simulated) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    yield from _welcome_faults(found)
    yield from _relation_faults(reading, found)
    yield from _tag_faults(reading, found)
    yield from _task_faults(reading, found.corp)
    yield from _mass_faults(reading, found)
    yield from _post_faults(reading, found.corp)
    yield from _moment_faults(reading, found.corp)
    yield from _handover_faults(reading, found)
    yield from _callback_faults(reading)


def _welcome_faults(found: Simulated) -> Iterator[str]:
    """Everybody is greeted at most once for each code, and was where nothing stood in the way."""
    corp = found.corp
    for greeting in found.meetings.missed:
        yield f"Nothing stood in the way of the welcome {greeting.code} of {greeting.at.isoformat()}, and it was not sent."
    given = len(found.meetings.given)
    shown = sum(
        one.origin is Origin.WELCOME and one.content.get("msgtype") == "text"
        for number in range(corp.people.count)
        for one in corp.phones.of(number)
    )
    if shown > given:
        yield f"{shown} welcomes arrived, {given} codes were given."
    for number in range(corp.people.count):
        for one in corp.phones.of(number):
            if one.origin is Origin.WELCOME and _text(one.content) not in (HELLO, HELLO_CODE):
                yield f"Somebody was greeted with “{_text(one.content)}”."


def relations_of(corp: Corp) -> dict[tuple[str, str], Relation]:
    """{(member, customer): relation} of all who are friends both ways, and whose member is still there."""
    return {
        (member.userid, corp.people.id_of(number)): relation
        for member in corp.staff.members
        for number in corp.people.numbers_of(member.userid)
        if (relation := corp.people.relation(member.userid, number)) is not None
        and not relation.is_half
        and not relation.is_one_way
    }


def _relation_faults(reading: Reading, found: Simulated) -> Iterator[str]:
    """Who is whose friend is the same here and there, but for who deleted a member and nobody was told of it."""
    corp = found.corp
    rows = reading.driver.execute(
        "SELECT m.told_userid, p.value, r.tag_ids FROM contacts.relations r JOIN contacts.members m USING (member_id)"
        " JOIN customers.profiles p USING (profile_id) WHERE r.lost_at IS NULL ORDER BY 1, 2"
    ).fetchall()
    here = {(row[0], row[1]): sorted(row[2]) for row in rows if corp.staff.find(row[0]) is not None}
    there = {key: sorted(relation.tag_ids) for key, relation in relations_of(corp).items()}
    unheard = {key for key, is_heard in found.post.is_leaving_heard.items() if not is_heard}
    strangers = {key for key in there if any(key[1] in each.values for each in found.forgotten)}
    for key in sorted((here.keys() ^ there.keys()) - (unheard - there.keys()) - strangers):
        yield f"{key} are friends {'there and not here' if key in there else 'here and not there'}."
    for key in sorted(here.keys() & there.keys()):
        if here[key] != there[key]:
            yield f"{key}: the tags are {here[key]} here and {there[key]} there."


def _tag_faults(reading: Reading, found: Simulated) -> Iterator[str]:
    """A customer bears here what any relation bears there, and whatever was given here beside; and what was given here is there in
    every relation that there was by then."""
    corp, unknown = found.corp, {value for each in found.forgotten for value in each.values}
    names = {tag.tag_id: tag.name for group in corp.tags.live for tag in group.live}
    rows = reading.driver.execute("SELECT value, customer_id FROM customers.profiles WHERE kind = 'external_userid'")
    customer_of = dict(rows.fetchall())
    rows = reading.driver.execute(
        "SELECT p.customer_id, t.name, g.how, g.given_at FROM tags.taggings g JOIN customers.profiles p USING (profile_id)"
        " JOIN tags.tags t USING (tag_id) JOIN tags.groups s USING (group_id) WHERE s.name = %s ORDER BY g.given_at",
        (TAG_GROUP,),
    )
    borne: dict[int, dict[str, tuple[str, datetime]]] = {}
    for customer_id, name, how, given_at in rows.fetchall():
        borne.setdefault(customer_id, {})[name] = (how, given_at)
    there: dict[int, set[str]] = {}
    for (userid, external), relation in sorted(relations_of(corp).items()):
        if external in unknown:
            continue
        customer_id, tags = customer_of.get(external, 0), {names[each] for each in relation.tag_ids}
        there.setdefault(customer_id, set()).update(tags)
        for name, (how, given_at) in borne.get(customer_id, {}).items():
            if how != How.SYNC.value and name not in tags and relation.created_at < given_at.timestamp():
                yield f"{userid} does not see that customer {customer_id} was given {name} at {given_at.isoformat()}."
    for customer_id, tags in sorted(there.items()):
        here = borne.get(customer_id, {})
        synced = {name for name, (how, _) in here.items() if how == How.SYNC.value}
        if not synced <= tags <= here.keys():
            yield f"Customer {customer_id} bears {sorted(here)} here and {sorted(tags)} there."


def _task_faults(reading: Reading, corp: Corp) -> Iterator[str]:
    """Each task that the corp knows is one that is known here, and all are over."""
    rows = reading.driver.execute(
        "SELECT task_id, msgid, state FROM sends.tasks UNION ALL"
        " SELECT task_id, outside_id, state FROM sends.post_tasks ORDER BY 2, 1"
    ).fetchall()
    known = {msgid for _, msgid, _ in rows if msgid}
    moments = {each.job_id: each.moment_id for each in corp.moments.by_job.values()}
    known = {moments.get(msgid, msgid) for msgid in known}
    made = corp.mass.messages.keys() | corp.moments.by_id.keys()
    for msgid in sorted(made - known):
        yield f"The mass task {msgid} was made, and nobody here knows of it."
    for msgid in sorted(known - made):
        yield f"The mass task {msgid} is known here and was never made."
    for task_id, _, state in rows:
        if state in OPEN_TASKS:
            yield f"Mass task {task_id} is still {state}."
    for message in corp.mass.messages.values():
        if message.kind == "group":
            continue  # how often a group may be told something is asked of nobody before
        over = sum(one.status == OVER_QUOTA for task in message.tasks.values() for one in task.outcomes)
        if over:
            yield f"Mass task {message.msgid} was for {over} who had had their fill."


def _mass_faults(reading: Reading, found: Simulated) -> Iterator[str]:
    """What is on phones is what is called delivered; nothing goes to who said no; nothing waits for ever."""
    corp = found.corp
    for state, count in reading.driver.execute(
        "SELECT state, count(*) FROM messages.messages WHERE channel = 'wecom' AND state = ANY(%s) GROUP BY 1 ORDER BY 1",
        (list(OPEN_STATES),),
    ).fetchall():
        yield f"{count} messages by WeCom are still {state}."
    kept = kept_messages(reading)
    arrived = Counter((each.user_id, each.title) for each in arrivals_of(found, kept) if each.channel == "wecom")
    rows = reading.driver.execute(
        "SELECT p.value, m.message_key FROM messages.messages m JOIN customers.profiles o USING (profile_id)"
        " JOIN customers.profiles p ON p.customer_id = o.customer_id AND p.kind = 'external_userid'"
        " WHERE m.channel = 'wecom' AND m.state IN ('sent', 'delivered') AND p.erased_at IS NULL"
    ).fetchall()
    told = Counter((f"person-{corp.people.number_of(row[0])}", kept[row[1]].title) for row in rows)
    for key in sorted(arrived.keys() | told.keys()):
        if key[0] not in found.gone and arrived[key] != told[key]:
            yield f"{key} arrived {arrived[key]} times by mass tasks and was told of {told[key]} times."


def _moment_faults(reading: Reading, corp: Corp) -> Iterator[str]:
    """What members show in their moments is what the books say, and nobody shows it twice."""
    rows = reading.driver.execute(
        "SELECT outcome, count(*) FROM sends.posts WHERE kind = 'moment' GROUP BY 1 ORDER BY 1"
    )
    told = dict(rows.fetchall())
    for outcome in {"waiting", "unknown"} & told.keys():
        yield f"{told[outcome]} posts in moments are still {outcome}."
    shown = Counter(userid for moment in corp.moments.by_id.values() for userid in moment.published)
    if shown.total() != told.get("sent", 0):
        yield f"Members show {shown.total()} moments, the books say {told.get('sent', 0)}."
    for userid, many in sorted(shown.items()):
        if many > 1:
            yield f"{userid} shows the same moment {many} times."


def _post_faults(reading: Reading, corp: Corp) -> Iterator[str]:
    """What groups were told is what the books say they were, each post once."""
    rows = reading.driver.execute(
        "SELECT subject_key, outcome, count(*) FROM sends.posts WHERE kind = 'group' GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    for chat_id, outcome, count in rows:
        if outcome in ("waiting", "unknown"):
            yield f"{count} posts to the group {chat_id} are still {outcome}."
    told = {chat_id: count for chat_id, outcome, count in rows if outcome == "sent"}
    shown = Counter[str]()
    for message in corp.mass.messages.values():
        if message.kind == "group" and _text(message.content) not in (MORNING, ANNOUNCED):
            yield f"A group is told “{_text(message.content)}”."
        for task in message.tasks.values():
            shown.update(str(one.target) for one in task.outcomes if message.kind == "group" and one.status == SENT)
    for chat_id in sorted(told.keys() | shown.keys()):
        if told.get(chat_id, 0) != shown[chat_id]:
            yield f"The group {chat_id} was told {shown[chat_id]} things, the books say {told.get(chat_id, 0)}."


def _handover_faults(reading: Reading, found: Simulated) -> Iterator[str]:
    """Nobody is handed over twice, and all hand-overs are over."""
    corp = found.corp
    for number in range(corp.people.count):
        done = sum(each.status == DONE for each in corp.transfers.of_customer(number))
        if done > 1:
            yield f"person-{number} was handed over {done} times."
    rows = reading.driver.execute(
        "SELECT state, count(*) FROM contacts.handovers WHERE state IN ('planned', 'asked', 'waiting') GROUP BY 1"
    )
    for state, count in rows.fetchall():
        yield f"{count} hand-overs are still {state}."


def _callback_faults(reading: Reading) -> Iterator[str]:
    """Every callback that was taken has been worked on."""
    rows = reading.driver.execute(
        "SELECT event, change, state, reason, count(*) FROM wecom.callbacks WHERE state IN ('waiting', 'failed')"
        " GROUP BY 1, 2, 3, 4"
    )
    for event, change, state, reason, count in rows.fetchall():
        yield f"{count} callbacks {event} {change} are {state} ({reason})."


def _text(content: object) -> str:
    told = content.get("text") if isinstance(content, dict) else None
    return str(told.get("content", "")) if isinstance(told, dict) else ""
