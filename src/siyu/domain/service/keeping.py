"""What becomes of what was said: persons are erased, texts grow too old, keys are changed. Part of `service`."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from siyu.domain.service import store
from siyu.domain.service.conversing import SEALED_AS
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


def forget_conversations(work: UnitOfWork, actor: Actor, profile_ids: Collection[int]) -> dict[str, dict[int, int]]:
    """Takes away all that profiles said and were told; {table: {profile_id: how many}}."""
    actor.require("customers.erase")
    return store.delete_of_profiles(work.driver, profile_ids)


def forget_texts(work: UnitOfWork, actor: Actor, before: datetime, size: int) -> int:
    """Drops what was said before an instant; that something was said, when and by whom stays. Gives how many, at most `size`."""
    actor.require("privacy.run")
    return store.forget_texts(work.driver, before, size)


def reseal(work: UnitOfWork, actor: Actor, size: int) -> int:
    """Puts what is sealed under an older key under the newest; gives of how many messages, at most `size`."""
    actor.require("keys.write")
    found = store.lock_sealed_before(work.driver, work.seals.newest, size)
    for message_id, sealed in found.items():
        plain = work.seals.open_bytes(SEALED_AS, sealed)
        store.save_sealed(work.driver, message_id, work.seals.seal_bytes(SEALED_AS, plain), work.seals.newest)
    return len(found)
