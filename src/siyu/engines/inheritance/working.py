"""Hand-overs worked off: asked for, a hundred at a time, and looked after until they end.

What is asked for stands as asked for before the call, and its answer after it: whoever is killed in between leaves rows that are
asked for again, and WeCom says of those that are under way that they are. Then, and whenever something is told of a customer, and
every hour, all transfers between the two members are asked for: they alone say what became of each.
"""

from __future__ import annotations

from collections.abc import Mapping

from siyu.domain.contacts import reading as contacts_reading
from siyu.domain.contacts import service as contacts
from siyu.domain.contacts.contracts import Asking, InheritanceSource, Pair, SourceRefusedError
from siyu.domain.groups import service as groups
from siyu.engines.inheritance.contracts import ACTOR
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database
from siyu.platform.postgres.locks import held

log = get_logger(__name__)


def hand_over_once(database: Database, sources: Mapping[str, InheritanceSource]) -> bool:
    """Does one call for each corp of which something is due; whether there was any. One process at a time works on a corp."""
    with database.read() as reading:
        due = contacts.corps_under_way(reading, ACTOR)
    did = False
    for corp_id in due:
        source = sources.get(corp_id)
        if source is None:
            continue
        with database.autocommit() as driver, held(driver, f"contacts.inherit:{corp_id}") as is_ours:
            did = (is_ours and (_ask(database, corp_id, source) or _look(database, corp_id, source))) or did
    with database.begin() as work:
        contacts.end_inheritances(work, ACTOR)
    return did


def _ask(database: Database, corp_id: str, source: InheritanceSource) -> bool:
    with database.begin() as work:
        asking = contacts.take_to_ask(work, ACTOR, corp_id)
    if asking is None:
        return False
    try:
        codes = _asked(source, asking)
    except SourceRefusedError as error:
        log.warning("handover_refused", inheritance_id=asking.inheritance_id, errcode=error.errcode)
        with database.begin() as work:
            contacts.refuse_asked(work, ACTOR, asking, error)
        return True
    with database.begin() as work:
        settled = contacts.settle_asked(work, ACTOR, asking, codes)
        if asking.is_of_groups and settled.groups:
            owner_id = contacts_reading.staff_of(work, corp_id, [asking.taker_userid])[asking.taker_userid.lower()]
            groups.keep_owner(work, ACTOR, corp_id, settled.groups, asking.taker_userid, owner_id)
    if settled.unclear is not None:
        _look_up(database, source, settled.unclear, asking)
    return True


def _asked(source: InheritanceSource, asking: Asking) -> Mapping[str, int]:
    ids = list(asking.outside_ids.values())
    if asking.is_of_groups:
        return source.transfer_groups(ids, asking.taker_userid, is_resigned=asking.is_resigned)
    return source.start_transfer(
        asking.giver_userid, asking.taker_userid, ids, is_resigned=asking.is_resigned, message=asking.message
    )


def _look(database: Database, corp_id: str, source: InheritanceSource) -> bool:
    with database.begin() as work:
        pair = contacts.pair_to_look(work, ACTOR, corp_id)
    if pair is None:
        return False
    _look_up(database, source, pair)
    return True


def _look_up(database: Database, source: InheritanceSource, pair: Pair, unclear: Asking | None = None) -> None:
    try:
        told = list(source.transfers(pair.giver_userid, pair.taker_userid, is_resigned=pair.is_resigned))
    except SourceRefusedError as error:  # it was put off, and is asked for again
        log.warning("transfers_refused", corp_id=pair.corp_id, errcode=error.errcode)
        return
    with database.begin() as work:
        contacts.settle_looked(work, ACTOR, pair, told, unclear)
