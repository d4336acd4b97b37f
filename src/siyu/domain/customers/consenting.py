"""How words on consent are kept, and what becomes of them when a customer is parted. Used by the service alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from siyu.domain.company.service import record_audit
from siyu.domain.customers import consent_store, rules
from siyu.domain.customers.contracts import CONSENT_CHANGED, ConsentState, ConsentWord, Evidence
from siyu.kernel.actors import Actor
from siyu.kernel.events import NewEvent
from siyu.platform.postgres.database import UnitOfWork

SOURCE = "customers"
SPLIT_SOURCE = "split"


def keep_words(work: UnitOfWork, actor: Actor, words: Sequence[ConsentWord]) -> int:
    """Adds words to the ledger and tells what they changed; gives how many did."""
    now = work.clock.now()
    words = [_with_source(rules.checked_word(word, now), actor) for word in words]
    changed = consent_store.append_consents(
        work.driver, words, actor=f"{actor.kind.value}:{actor.actor_id}", recorded_at=now
    )
    work.record(
        NewEvent(
            CONSENT_CHANGED,
            work.ids.new_id(),
            profile_id,
            at,
            SOURCE,
            {"channel": channel, "purpose": purpose, "state": state},
        )
        for profile_id, channel, purpose, state, at in changed
    )
    return len(changed)


def audit_words(work: UnitOfWork, actor: Actor, words: Sequence[ConsentWord]) -> None:
    """Notes in the audit who wrote down what, once for each purpose, channel and state."""
    whose: dict[tuple[str, str, str], set[int]] = {}
    for word in words:
        whose.setdefault((word.purpose, word.channel, word.state.value), set()).add(word.profile_id)
    for (purpose, channel, state), profile_ids in sorted(whose.items()):
        record_audit(
            work,
            actor,
            "customers.record_consents",
            f"profile:{min(profile_ids)}" if len(profile_ids) == 1 else "profiles",
            channel=channel,
            purpose=purpose,
            state=state,
            count=len(profile_ids),
        )


def keep_refusals(work: UnitOfWork, actor: Actor, sides: Sequence[Collection[int]]) -> None:
    """When a customer is parted: what she refused is refused on both sides, since nobody can say which of the two spoke. What
    she agreed to stays with the profile that it was told of, and the other side has to be asked again."""
    said = consent_store.consents_by_profile(work.driver, [profile_id for side in sides for profile_id in side])
    refused = [
        each for each in rules.current_consents(consent for _, consent in said) if each.state is ConsentState.WITHDRAWN
    ]
    words = []
    for side in sides:
        own = rules.current_consents(consent for profile_id, consent in said if profile_id in side)
        words += [
            ConsentWord(
                min(side), each.purpose, each.channel, each.state, each.changed_at, Evidence(source=SPLIT_SOURCE)
            )
            for each in refused
            if each not in own
        ]
    if words:
        keep_words(work, actor, words)


def _with_source(word: ConsentWord, actor: Actor) -> ConsentWord:
    """A word whose proof does not say where it came from came from whoever told it."""
    return word if word.evidence.source else replace(word, evidence=replace(word.evidence, source=actor.kind.value))
