"""Lines of the audit. Part of `service`."""

from __future__ import annotations

from siyu.domain.company import rules, store
from siyu.domain.company.contracts import Outcome
from siyu.kernel.actors import Actor
from siyu.platform.postgres.database import UnitOfWork


def record_audit(
    work: UnitOfWork, actor: Actor, verb: str, subject: str, *, outcome: Outcome = Outcome.ALLOWED, **fields: object
) -> None:
    """Notes in the audit that `actor` did `verb` (`definitions.publish`) to `subject` (`segment:7`), or was refused.

    `fields` say more, in words and numbers that are nobody's personal data.
    """
    store.insert_audit(
        work.connection,
        at=work.clock.now(),
        actor_kind=actor.kind.value,
        actor_id=actor.actor_id,
        verb=verb,
        subject=rules.audit_text(subject),
        outcome=outcome.value,
        fields=rules.audit_fields(fields),
    )
