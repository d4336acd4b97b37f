"""What came to accounts, read page by page: what follows from a page commits with the cursor behind it.

Whoever is killed over a page leaves the cursor before it, and the next reads it again; what was kept is known by its id. A page
that two read at once is kept by the one who comes first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.contacts.reading import staff_of
from siyu.domain.customers import service as customers
from siyu.domain.customers.contracts import AttributeChange, BadIdentityError, Identity, normal_identity
from siyu.domain.customers.reading import customers_known_as
from siyu.domain.service import service
from siyu.domain.service.contracts import (
    AccountToRead,
    Conversation,
    Origin,
    OutsideMessage,
    OutsidePage,
    OutsideVisitor,
    Said,
    ServiceRules,
    ServiceSource,
    SessionState,
)
from siyu.engines.service.answering import answer_customer
from siyu.engines.service.contracts import ACTOR, Desk
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database, UnitOfWork

CHANNEL = "wecom"
AGAIN_AFTER: Final = timedelta(minutes=10)
"""How often an account is read that nobody was called back about: callbacks get lost. WeCom takes few calls without a token."""
WAIT_OF: Final = {
    Refusal.RETRY: timedelta(seconds=5),
    Refusal.WAIT: timedelta(minutes=1),
    Refusal.CONFIGURATION: timedelta(minutes=5),
    Refusal.RESTART: timedelta(seconds=5),
}
VISITORS_AT_ONCE = 100
PAGES_AT_ONCE = 20

log = get_logger(__name__)


def read_once(desk: Desk, sources: Mapping[str, ServiceSource]) -> bool:
    """Reads one account to its end; whether there was any to read. `sources` by corp."""
    with desk.database.begin() as work:
        account = service.claim_account(work, ACTOR, list(sources))
    if account is None:
        return False
    refusal, wait = 0, AGAIN_AFTER
    try:
        is_more = _read(desk, sources[account.corp_id], account)
        wait = timedelta() if is_more else AGAIN_AFTER
    except SourceRefusedError as error:
        refusal = error.errcode or -1
        wait = max(WAIT_OF.get(error.refusal, AGAIN_AFTER), timedelta(seconds=error.wait_seconds))
        log.warning("service_not_read", account_id=account.account_id, errcode=error.errcode)
    with desk.database.begin() as work:
        service.settle_account(work, ACTOR, account, wait, refusal=refusal)
    return True


def _read(desk: Desk, source: ServiceSource, account: AccountToRead) -> bool:
    """Reads some pages; whether there are more."""
    cursor = account.cursor
    for _ in range(PAGES_AT_ONCE):
        page = source.page(account.open_kfid, cursor, account.token)
        visitors = _visitors(desk.database, source, page.rows)
        with desk.database.begin() as work:
            if not service.hold_place(work, ACTOR, account, cursor):
                return False  # somebody else kept this page meanwhile
            _keep(desk, work, account, page, visitors)
            service.save_place(work, ACTOR, account, page.next_cursor)
        cursor = page.next_cursor
        if not page.has_more:
            return False
    return True


def _visitors(database: Database, source: ServiceSource, rows: Sequence[OutsideMessage]) -> dict[str, OutsideVisitor]:
    """Who those are of whom nothing is known yet. Where WeCom does not tell, they are known by their id alone."""
    asked = {each.external_userid: identity for each in rows if (identity := _identity(each.external_userid))}
    with database.read() as reading:
        known = customers_known_as(reading, set(asked.values())) if asked else {}
    new = [external for external, identity in asked.items() if identity not in known]
    found: dict[str, OutsideVisitor] = {}
    try:
        for start in range(0, len(new), VISITORS_AT_ONCE):
            told = source.visitors(new[start : start + VISITORS_AT_ONCE])
            found.update((each.external_userid, each) for each in told)
    except SourceRefusedError as error:
        log.warning("service_visitors_unknown", errcode=error.errcode)
    return found


def _identity(external_userid: str) -> Identity | None:
    try:
        return normal_identity("external_userid", external_userid) if external_userid else None
    except BadIdentityError:
        return None


def _keep(
    desk: Desk, work: UnitOfWork, account: AccountToRead, page: OutsidePage, visitors: Mapping[str, OutsideVisitor]
) -> None:
    rows = [each for each in page.rows if not service.is_known(work, ACTOR, account.account_id, each.msgid)]
    profile_of = _profiles(work, rows, visitors)
    rules = service.find_rules_in_force(work, account.rules_id)
    for each in rows:
        if each.origin is Origin.EVENT and each.kind in ABOUT_NOBODY:
            ABOUT_NOBODY[each.kind](work, account, each)
            continue
        profile_id = profile_of.get(each.external_userid)
        if profile_id is None:
            continue  # nobody's, or of a kind that tells of nobody
        if each.origin is Origin.EVENT:
            _happened(work, account, profile_id, each, rules)
            continue
        conversation = service.begin(work, ACTOR, account, profile_id, each.said_at)
        if each.origin is Origin.CUSTOMER:
            answer_customer(desk, work, account, conversation, each, rules)
        elif service.keep_message(work, ACTOR, conversation, each) is not None:
            staff_id = _staff(work, account, each.userid)
            service.note_servicer_wrote(work, ACTOR, conversation, each, staff_id)


def _profiles(
    work: UnitOfWork, rows: Sequence[OutsideMessage], visitors: Mapping[str, OutsideVisitor]
) -> dict[str, int]:
    """{external_userid: profile}; who is new is made, with the unionid by which they are known elsewhere."""
    groups: dict[Sequence[Identity], datetime] = {}
    first_of: dict[str, Identity] = {}
    for each in rows:
        identity = _identity(each.external_userid)
        if identity is None:
            continue
        first_of[each.external_userid] = identity
        visitor = visitors.get(each.external_userid)
        group: tuple[Identity, ...] = (identity,)
        if visitor is not None and visitor.unionid:
            try:
                group = (identity, normal_identity("unionid", visitor.unionid))
            except BadIdentityError:
                group = (identity,)
        groups[group] = min(each.said_at, groups.get(group, each.said_at))
    if not groups:
        return {}
    profile_of = customers.resolve(work, ACTOR, groups, channels=dict.fromkeys(groups, CHANNEL))
    customers.set_attributes(
        work,
        ACTOR,
        [
            AttributeChange(profile_of[group[0]], {"nickname": visitor.nickname, "name": visitor.nickname}, seen_at)
            for group, seen_at in groups.items()
            if (visitor := visitors.get(group[0].value)) is not None and visitor.nickname
        ],
    )
    return {external: profile_of[identity] for external, identity in first_of.items()}


def _happened(
    work: UnitOfWork, account: AccountToRead, profile_id: int, told: OutsideMessage, rules: ServiceRules | None
) -> None:
    """Something happened in a conversation that nobody said. What ended here before is not begun to be ended again."""
    if _changed_to(told) is SessionState.ENDED and not service.is_begun(work, ACTOR, account, profile_id):
        return
    scene = str(told.told.get("scene", ""))[:100] if told.kind == "enter_session" else ""
    conversation = service.begin(work, ACTOR, account, profile_id, told.said_at, scene)
    if service.keep_message(work, ACTOR, conversation, told) is None:
        return
    if told.kind == "enter_session":
        _greet(work, conversation, told, rules)
    elif told.kind == "session_status_change":
        _changed(work, account, conversation, told, rules)


def _greet(work: UnitOfWork, conversation: Conversation, told: OutsideMessage, rules: ServiceRules | None) -> None:
    greeting = service.greeting_of(rules) if rules is not None else None
    code = str(told.told.get("welcome_code", ""))
    if greeting is not None and code:
        said = Said(*greeting)
        service.say(work, ACTOR, conversation, said, cause=told.msgid, rule="welcome", code=code, code_at=told.said_at)


def _changed(
    work: UnitOfWork,
    account: AccountToRead,
    conversation: Conversation,
    told: OutsideMessage,
    rules: ServiceRules | None,
) -> None:
    state = _changed_to(told)
    if state is SessionState.ENDED:
        code = str(told.told.get("msg_code", ""))
        if rules is not None and rules.closing and code:
            said = Said(rules.closing)
            service.say(
                work, ACTOR, conversation, said, cause=told.msgid, rule="closing", code=code, code_at=told.said_at
            )
        service.end(work, ACTOR, account.open_kfid, conversation, "servicer", told.said_at)
    elif state is not None:
        userid = str(told.told.get("new_servicer_userid", ""))
        staff_id = _staff(work, account, userid)
        service.note_session(work, ACTOR, conversation, state, userid, staff_id, told.said_at)


def _changed_to(told: OutsideMessage) -> SessionState | None:
    is_change = told.kind == "session_status_change"
    return service.CHANGED_TO.get(_whole(told.told.get("change_type"))) if is_change else None


def _failed(work: UnitOfWork, account: AccountToRead, told: OutsideMessage) -> None:
    msgid = str(told.told.get("fail_msgid", ""))
    service.mark_failed(work, ACTOR, account.account_id, msgid, _whole(told.told.get("fail_type")))


def _recalled(work: UnitOfWork, account: AccountToRead, told: OutsideMessage) -> None:
    service.mark_recalled(work, ACTOR, account.account_id, str(told.told.get("recall_msgid", "")))


def _duty(work: UnitOfWork, account: AccountToRead, told: OutsideMessage) -> None:
    userid = str(told.told.get("servicer_userid", ""))
    service.change_duty(work, ACTOR, account.account_id, userid, is_on_duty=_whole(told.told.get("status")) == 1)


ABOUT_NOBODY: Final[Mapping[str, Callable[[UnitOfWork, AccountToRead, OutsideMessage], None]]] = {
    "msg_send_fail": _failed,
    "user_recall_msg": _recalled,
    "servicer_recall_msg": _recalled,
    "servicer_status_change": _duty,
}
"""Events about a message or a member: told twice they change nothing."""


def _staff(work: UnitOfWork, account: AccountToRead, userid: str) -> int | None:
    return staff_of(work, account.corp_id, [userid]).get(userid.lower()) if userid else None


def _whole(value: object) -> int:
    """A number as WeCom tells it; 0 for what is none."""
    return value if isinstance(value, int) else 0
