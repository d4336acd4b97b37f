"""Erasing persons: step by step, each of which may be cut off at any point and is then done again.

`rows`: in one transaction everything known is taken out of the rooms, and the profiles become husks. `log`: their events are
stripped. `columns`: rewritten as PostgreSQL has them now. `files`: what was made for them goes. `search`: the whole
installation is searched for what was erased, and the certificate is signed. Many requests go through the steps together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from siyu.domain.contacts import service as contacts
from siyu.domain.content import service as content
from siyu.domain.customers import reading as customers
from siyu.domain.customers import service as customers_service
from siyu.domain.customers.reading import KnownProfile
from siyu.domain.enquiries import service as enquiries
from siyu.domain.entries import service as entries
from siyu.domain.experiments import service as experiments
from siyu.domain.groups import service as groups
from siyu.domain.hooks import service as hooks
from siyu.domain.journeys import service as journeys
from siyu.domain.messages import service as messages
from siyu.domain.privacy import service as privacy_room
from siyu.domain.privacy.contracts import REQUESTS_AT_ONCE_MAX, SEALED_AS, ErasureStep, Request, RequestKind
from siyu.domain.promotions import service as promotions
from siyu.domain.segments import service as segments
from siyu.domain.sends import service as sends
from siyu.domain.service import service
from siyu.domain.tags import service as tags
from siyu.domain.tasks import service as tasks
from siyu.engines.privacy.alone import alone
from siyu.engines.privacy.certificates import certify
from siyu.engines.privacy.contracts import ACTOR, IMPORTS_FOLDER, MEMBERS_FOLDER, Privacy
from siyu.engines.privacy.history import PLACES_AT_ONCE, lock_places, places_of, save_properties
from siyu.engines.privacy.journal import append_journal
from siyu.engines.privacy.searching import Search, find_traces, remove_files_with
from siyu.engines.privacy.stripping import contacts_in, stripped
from siyu.platform.postgres.database import UnitOfWork

LOCK = "privacy.erasing"
VACUUMED = (
    "customers.profiles",
    "customers.consents",
    "customers.consent_records",
    "customers.custody",
    "entries.answers",
    "entries.follow_ups",
    "entries.leads",
    "tasks.tasks",
    "enquiries.enquiries",
    "hooks.calls",
    "promotions.codes",
    "service.messages",
    "log.events",
)

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode
_decode_values = msgspec.json.Decoder(list[str]).decode

Counts = dict[str, dict[int, int]]
"""Place → profile → how many."""


def erase_waiting(privacy: Privacy) -> int:
    """Erases everybody whose erasure was approved; gives how many requests were ended. BusyError where another is at it."""
    ended = 0
    with alone(privacy.database, LOCK):
        while True:
            with privacy.database.begin() as work:
                requests = privacy_room.lock_requests(work, ACTOR, RequestKind.ERASURE, REQUESTS_AT_ONCE_MAX)
            if not requests:
                return ended
            ended += _erase(privacy, requests)


def _erase(privacy: Privacy, requests: Sequence[Request]) -> int:
    """How many it ended: whoever's rows are still there is left for the next turn, and certified by no means."""
    if any(each.step is None for each in requests):
        privacy.drain_inbox()
        _erase_rows(privacy, [each.request_id for each in requests if each.step is None])
        requests = [each for each in _reread(privacy, requests) if each.step is not None]
    profile_ids = sorted({profile_id for each in requests for profile_id in each.profile_ids})
    if any(each.step is ErasureStep.LOG for each in requests):
        _strip_log(privacy, [each for each in requests if each.step is ErasureStep.LOG])
        requests = _reread(privacy, requests)
    if any(each.step is ErasureStep.COLUMNS for each in requests):
        privacy.rewrite_columns(profile_ids)
        requests = _advance(privacy, requests, ErasureStep.COLUMNS, ErasureStep.FILES)
    if any(each.step is ErasureStep.FILES for each in requests):
        _remove_files(privacy, requests)
        requests = _advance(privacy, requests, ErasureStep.FILES, ErasureStep.SEARCH)
    _search(privacy, requests)
    return len(requests)


# --- rows


def _erase_rows(privacy: Privacy, request_ids: Collection[int]) -> None:
    """One transaction: whoever looks sees a person whole, or a husk. Nobody resolves identities meanwhile, so nothing is
    recorded under a profile that was found before it became a husk."""
    with privacy.database.begin() as work:
        customers_service.lock_erasing(work, ACTOR)
        requests = [
            each
            for each in privacy_room.lock_requests(
                work, ACTOR, RequestKind.ERASURE, REQUESTS_AT_ONCE_MAX, among=request_ids
            )
            if each.step is None
        ]
        now_of = customers.current_customer_ids(work, {each.customer_id for each in requests})
        profiles_of = customers.profiles_of(work, set(now_of.values()))
        everyone = sorted({profile_id for found in profiles_of.values() for profile_id in found})
        known = customers.known_profiles(work, everyone)
        counts = forget_known(privacy, work, known, everyone, are_suppressed=True)
        values = {each.profile_id: _values(work, each) for each in known}
        for request in requests:
            mine = profiles_of[now_of[request.customer_id]]
            told = {place: sum(by.get(p, 0) for p in mine) for place, by in counts.items()}
            sealed = _sealed(work, {value for p in mine for value in values.get(p, ())})
            privacy_room.begin_erasure(work, ACTOR, request.request_id, mine, _without_zeros(told), sealed)
        work.append_recorded()
        append_journal(privacy, work.clock.now(), known)


def forget_known(
    privacy: Privacy,
    work: UnitOfWork,
    known: Sequence[KnownProfile],
    profile_ids: Sequence[int],
    *,
    are_suppressed: bool,
) -> Counts:
    """Takes profiles out of every room; a profile may once have been a customer of its own, so each counts as one. An import
    does not bring back who is suppressed."""
    identities = {each.identity for each in known}
    filters = segments.forget_filters(work, ACTOR, {name for each in known for name in each.names()})
    counts: Counts = {
        "segments.filters": {known[0].profile_id: filters} if filters else {},
        "segments.membership": segments.leave_segments(work, ACTOR, profile_ids),
        "journeys.entries": journeys.end_entries(work, ACTOR, profile_ids),
        "tags.taggings": tags.forget_taggings(work, ACTOR, profile_ids),
        "hooks.calls": hooks.forget_profiles(work, ACTOR, profile_ids),
        "promotions.codes": promotions.forget_profiles(work, ACTOR, profile_ids),
        "tasks.tasks": tasks.forget_tasks(work, ACTOR, profile_ids),
        "enquiries.enquiries": enquiries.forget_enquiries(work, ACTOR, profile_ids),
        "groups.memberships": groups.forget_memberships(work, ACTOR, profile_ids),
        **contacts.forget_relations(work, ACTOR, profile_ids),
        "experiments.assignments": experiments.forget_arms(work, ACTOR, profile_ids),
        "messages.messages": messages.cancel_messages(work, ACTOR, profile_ids),
        "sends.task_parts": sends.forget_members(work, ACTOR, profile_ids),
        **entries.forget_answers(work, ACTOR, profile_ids),
        **entries.forget_leads(work, ACTOR, profile_ids),
        **content.forget_content(work, ACTOR, profile_ids),
        **service.forget_conversations(work, ACTOR, profile_ids),
        **customers_service.forget_profiles(work, ACTOR, profile_ids),
    }
    if identities and are_suppressed:
        for place, kept in privacy.erase_kept(work, identities).items():
            counts[place] = {known[0].profile_id: kept} if kept else {}
        privacy_room.suppress(work, ACTOR, identities)
    return counts


def _values(work: UnitOfWork, profile: KnownProfile) -> set[str]:
    """What of a profile must not be found any more: the identity, as it is and as it was stored, and contacts among the
    attributes, plain and sealed under every key there is."""
    contacts = contacts_in(profile.attributes)
    found = {profile.identity.value, profile.stored_value, *contacts}
    for kind, value in [profile.identity, *(("email" if "@" in each else "phone", each) for each in contacts)]:
        found.update(work.keys.seal_value(number, kind, value) for number in work.keys.numbers)
    return found


# --- the log


def _strip_log(privacy: Privacy, requests: Sequence[Request]) -> None:
    """What was dropped is remembered, sealed, in the transaction that drops it: the search at the end needs it all."""
    request_of = {profile_id: each for each in requests for profile_id in each.profile_ids}
    counts = {each.request_id: Counter(each.counts) for each in requests}

    def keep(work: UnitOfWork, changed: Mapping[int, int], dropped: Mapping[int, set[str]]) -> None:
        concerned = {request_of[profile_id].request_id: request_of[profile_id] for profile_id in changed}
        sealed = privacy_room.sealed_values(work, ACTOR, concerned)
        for request_id, request in concerned.items():
            mine = [profile_id for profile_id in request.profile_ids if profile_id in changed]
            counts[request_id]["log.events"] += sum(changed[profile_id] for profile_id in mine)
            known = _opened(work, sealed.get(request_id)).union(*(dropped[profile_id] for profile_id in mine))
            told = dict(counts[request_id])
            privacy_room.save_step(work, ACTOR, request, ErasureStep.LOG, told, _sealed(work, known))

    strip_events(privacy, request_of, keep)
    with privacy.database.begin() as work:
        for request in requests:
            told = dict(counts[request.request_id])
            privacy_room.save_step(work, ACTOR, request, ErasureStep.COLUMNS, told, None)


def strip_events(
    privacy: Privacy,
    profile_ids: Collection[int],
    keep: Callable[[UnitOfWork, Mapping[int, int], Mapping[int, set[str]]], None] = lambda _work, _changed, _dropped: (
        None
    ),
) -> int:
    """Strips all events of the profiles; gives how many it changed. `keep` gets, in the transaction, how many events of each
    profile were changed and which contacts were dropped with them."""
    places = places_of(privacy.database, privacy.columns, privacy.events_consumer, profile_ids)
    total = 0
    for start in range(0, len(places), PLACES_AT_ONCE):
        with privacy.database.begin() as work:
            changed: Counter[int] = Counter()
            dropped: dict[int, set[str]] = {}
            saved = []
            for event in lock_places(work.driver, places[start : start + PLACES_AT_ONCE]):
                before = _decode(event.properties_json)
                after = stripped(before)
                if after != before:
                    saved.append((event, _encode(after).decode()))
                    changed[event.profile_id] += 1
                    opened = _decode(work.keys.replaced(event.properties_json, lambda _purpose, value: value))
                    contacts = contacts_in(opened) - contacts_in(after)
                    dropped.setdefault(event.profile_id, set()).update(contacts)
            if saved:
                save_properties(work.driver, saved)
                keep(work, changed, dropped)
            total += len(saved)
    return total


# --- files, and the end


def _remove_files(privacy: Privacy, requests: Sequence[Request]) -> None:
    with privacy.database.begin() as work:
        everyone = {each.customer_id for each in requests} | {p for each in requests for p in each.profile_ids}
        for name in privacy_room.take_export_files(work, ACTOR, customer_ids=everyone):
            (privacy.exports_folder / name).unlink(missing_ok=True)
        sealed = privacy_room.sealed_values(work, ACTOR, [each.request_id for each in requests])
        values = {value for each in sealed.values() for value in _opened(work, each)}
    remove_files_with(privacy.home / IMPORTS_FOLDER, values)
    for path in (privacy.home / MEMBERS_FOLDER).glob("*"):  # they name many, masked, and can be made again
        path.unlink(missing_ok=True)
    with privacy.database.autocommit() as driver:
        for table in VACUUMED:
            driver.execute(f"VACUUM {table}".encode())


def _search(privacy: Privacy, requests: Sequence[Request]) -> None:
    with privacy.database.begin() as work:
        sealed = privacy_room.sealed_values(work, ACTOR, [each.request_id for each in requests])
        values_of = {request_id: _opened(work, each) for request_id, each in sealed.items()}
    searches = _searched(privacy, [each.request_id for each in requests], values_of)
    with privacy.database.begin() as work:
        for request in requests:
            mine = values_of.get(request.request_id, set())
            text, signature, traces = certify(
                privacy.secret_key, request, mine, searches[request.request_id], work.clock.now()
            )
            privacy_room.finish_erasure(work, ACTOR, request, text, signature, traces)


def _searched(
    privacy: Privacy, request_ids: Sequence[int], values_of: Mapping[int, Collection[str]]
) -> dict[int, Search]:
    """One search for all; where it finds anything each half is searched again, so that few of many cost few searches."""
    everything = {value for each in request_ids for value in values_of.get(each, ())}
    search = find_traces(privacy.database, privacy.columns, privacy.home, everything)
    if not search.traces or len(request_ids) == 1:
        return dict.fromkeys(request_ids, search)
    middle = len(request_ids) // 2
    return {
        **_searched(privacy, request_ids[:middle], values_of),
        **_searched(privacy, request_ids[middle:], values_of),
    }


# --- inside


def _reread(privacy: Privacy, requests: Sequence[Request]) -> list[Request]:
    with privacy.database.read() as reading:
        return [privacy_room.get_request(reading, ACTOR, each.request_id) for each in requests]


def _advance(privacy: Privacy, requests: Sequence[Request], done: ErasureStep, following: ErasureStep) -> list[Request]:
    with privacy.database.begin() as work:
        for request in requests:
            if request.step is done:
                privacy_room.save_step(work, ACTOR, request, following, request.counts, None)
    return _reread(privacy, requests)


def _sealed(work: UnitOfWork, values: Collection[str]) -> bytes:
    return work.seals.seal_bytes(SEALED_AS, _encode(sorted(values)))


def _opened(work: UnitOfWork, sealed: bytes | None) -> set[str]:
    return set(_decode_values(work.seals.open_bytes(SEALED_AS, sealed))) if sealed else set()


def _without_zeros(counts: Mapping[str, int]) -> dict[str, int]:
    return {place: count for place, count in counts.items() if count}
