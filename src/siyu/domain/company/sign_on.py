"""Logging in by the company's identity provider: how it is set up, and whom its word lets in. Part of `service`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from siyu.domain.company import rules, sign_on_store, store
from siyu.domain.company.adopting import NO_PASSWORD
from siyu.domain.company.auditing import record_audit
from siyu.domain.company.contracts import OpenedSession, RefusedLogIn, Role
from siyu.domain.company.logging_in import log_in_vouched
from siyu.domain.company.reaching import reached_unit, require_rights_of
from siyu.domain.company.sign_on_contracts import (
    NoSignOnError,
    SignOn,
    SignOnDraft,
    SignOnEmailError,
    SignOnStateError,
    SignOnTakenError,
    SignOnUnknownError,
)
from siyu.kernel.actors import Actor
from siyu.kernel.errors import InvalidError, NotFoundError
from siyu.platform.crypto import hash_token
from siyu.platform.http import RefusedUrlError, checked_url
from siyu.platform.postgres.database import Reading, UnitOfWork

PURPOSE = "sign_on_secret"
SUBJECT = "company:sign_on"
WRITE, RUN = "sign_on.write", "company.run"
SECRET_LENGTH_MAX: Final = 500
CLIENT_LENGTH_MAX: Final = 200
DOMAINS_MAX: Final = 50
_CLAIM = re.compile(r"[A-Za-z0-9_.:/-]{1,80}")
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")


def find_sign_on(reading: Reading, actor: Actor) -> SignOn | None:
    """How one logs in by the identity provider, without its secret."""
    actor.require(WRITE)
    row = sign_on_store.find(reading.driver)
    return _shown(reading, row) if row is not None else None


def save_sign_on(work: UnitOfWork, actor: Actor, draft: SignOnDraft) -> SignOn:
    """Sets it up, or changes it; a secret that is empty stays as it was, but not for another provider."""
    actor.require(WRITE)
    known = sign_on_store.find(work.driver, lock=True)
    secret = draft.client_secret.strip()
    if known is not None and not secret:
        if known.issuer != draft.issuer.strip() and _secret(work, known):
            raise InvalidError("Another provider needs the secret again.", field="client_secret")
        secret = _secret(work, known)
    if len(secret) > SECRET_LENGTH_MAX or not secret.isprintable():
        raise InvalidError("That is no secret.", field="client_secret")
    checked = _checked(work, actor, draft)
    sealed = work.seals.seal_bytes(PURPOSE, secret.encode())
    sign_on_store.save(work.driver, checked, sealed, work.seals.newest, work.clock.now())
    record_audit(
        work,
        actor,
        "company.save_sign_on",
        SUBJECT,
        is_enabled=checked.is_enabled,
        new_role=checked.new_role,
        trusts_email=checked.trusts_email,
    )
    row = sign_on_store.find(work.driver)
    if row is None:
        raise NotFoundError("No identity provider.")
    return _shown(work, row)


def save_sign_on_fault(work: UnitOfWork, actor: Actor, fault: str) -> SignOn:
    """Keeps what a check found; empty for nothing."""
    actor.require(WRITE)
    sign_on_store.save_fault(work.driver, fault, work.clock.now())
    row = sign_on_store.find(work.driver)
    if row is None:
        raise NotFoundError("No identity provider.")
    record_audit(work, actor, "company.check_sign_on", SUBJECT, fault=fault)
    return _shown(work, row)


def live_sign_on(reading: Reading, actor: Actor) -> SignOnDraft | None:
    """With its secret, for Siyu itself; None where there is none, or it is switched off."""
    actor.require(RUN)
    row = sign_on_store.find(reading.driver)
    if row is None or not row.is_enabled:
        return None
    return replace(_draft(row), client_secret=_secret(reading, row))


def log_in_by_claims(
    work: UnitOfWork, actor: Actor, state: str, claims: Mapping[str, Any]
) -> OpenedSession | RefusedLogIn:
    """Opens a session for whom the provider named, once for each `state`; or says why not. What was checked of the claims is
    that they are the provider's. Who comes for the first time is known by e-mail, and from then on by subject alone: an e-mail
    may change, or become somebody else's."""
    actor.require(RUN)
    row = sign_on_store.find(work.driver)
    if row is None or not row.is_enabled:
        raise NotFoundError("No identity provider.")
    if not sign_on_store.take_return(work.driver, hash_token(state), work.clock.now()):
        return RefusedLogIn(SignOnStateError())
    issuer, subject = str(claims["iss"]), str(claims["sub"])
    staff_id = sign_on_store.find_bound(work.driver, issuer, subject)
    if staff_id is None:
        known = _by_email(work, actor, row, claims)
        if isinstance(known, RefusedLogIn):
            return known
        if sign_on_store.bind(work.driver, issuer, subject, known, work.clock.now()):
            record_audit(work, actor, "company.bind_sign_on", f"staff:{known}")
        elif (
            sign_on_store.find_bound(work.driver, issuer, subject) != known
        ):  # not by the same person in another window
            return RefusedLogIn(SignOnTakenError())
        staff_id = known
    found = store.find_staff(work.connection, staff_id)
    if found is None or not found.staff.is_active:
        return RefusedLogIn(SignOnUnknownError())
    return log_in_vouched(work, actor, staff_id, "oidc")


def unbind_sign_on(work: UnitOfWork, actor: Actor, staff_id: int) -> None:
    """Whoever of the identity provider logs in to this account does so no more; the next with its e-mail does. Its sessions end."""
    actor.require("company.write")
    found = store.find_staff(work.connection, staff_id)
    if found is None or not found.unit_path.startswith(actor.scope.unit_path or ""):
        raise NotFoundError(f"Staff {staff_id}.")
    require_rights_of(actor, found.staff.role)
    if not sign_on_store.unbind(work.driver, staff_id):
        raise NoSignOnError
    store.delete_sessions_of(work.connection, staff_id)
    record_audit(work, actor, "company.unbind_sign_on", f"staff:{staff_id}")


def reseal_sign_on(work: UnitOfWork, actor: Actor) -> int:
    """Puts the secret under the newest key, if it is not; gives how many."""
    actor.require("keys.write")
    sealed = sign_on_store.lock_sealed_before(work.driver, work.seals.newest)
    if sealed is None:
        return 0
    plain = work.seals.open_bytes(PURPOSE, sealed)
    sign_on_store.save_sealed(work.driver, work.seals.seal_bytes(PURPOSE, plain), work.seals.newest)
    return 1


def _by_email(
    work: UnitOfWork, actor: Actor, row: sign_on_store.SignOnRow, claims: Mapping[str, Any]
) -> int | RefusedLogIn:
    """Who of the staff somebody is that comes for the first time: the provider has to have verified their e-mail."""
    told = claims.get(row.email_claim)
    is_verified = row.trusts_email or claims.get("email_verified") is True
    if not isinstance(told, str) or not is_verified:
        return RefusedLogIn(SignOnEmailError())
    try:
        email = rules.checked_email(told)
    except InvalidError:
        return RefusedLogIn(SignOnEmailError())
    found = store.find_staff_by_email(work.connection, email)
    if found is not None:
        return found.staff.staff_id if found.staff.is_active else RefusedLogIn(SignOnUnknownError())
    return _made(work, actor, row, email, claims) or RefusedLogIn(SignOnUnknownError())


def _made(
    work: UnitOfWork, actor: Actor, row: sign_on_store.SignOnRow, email: str, claims: Mapping[str, Any]
) -> int | None:
    """Somebody new of the staff, where the rule makes them; None where it does not."""
    if row.new_role is None or row.new_unit_id is None or email.rpartition("@")[2] not in row.domains:
        return None
    told = claims.get("name")
    name = "".join(letter for letter in told if letter.isprintable()).strip() if isinstance(told, str) else ""
    staff_id = store.insert_staff(
        work.connection,
        work.clock.now(),
        email=email,
        name=name[: rules.NAME_LENGTH_MAX] or email.partition("@")[0],
        password_hash=NO_PASSWORD,
        role=row.new_role,
        unit_id=row.new_unit_id,
        own_only=row.new_role in rules.OWN_ONLY,
    )
    if staff_id is not None:
        record_audit(work, actor, "company.create_staff", f"staff:{staff_id}", role=row.new_role, by="oidc")
    return staff_id


def _checked(work: UnitOfWork, actor: Actor, draft: SignOnDraft) -> SignOnDraft:
    issuer, client_id = draft.issuer.strip(), draft.client_id.strip()
    try:
        checked_url(issuer)
    except RefusedUrlError as error:
        raise InvalidError(error.message, field="issuer") from error
    if not 1 <= len(client_id) <= CLIENT_LENGTH_MAX or not client_id.isprintable():
        raise InvalidError(f"A client id has 1 to {CLIENT_LENGTH_MAX} characters.", field="client_id")
    if not _CLAIM.fullmatch(draft.email_claim):
        raise InvalidError("That is no name of a claim.", field="email_claim")
    domains = sorted({each.strip().lower().lstrip("@") for each in draft.domains if each.strip()})
    if len(domains) > DOMAINS_MAX or not all(_DOMAIN.fullmatch(each) for each in domains):
        raise InvalidError("That is no domain of e-mail addresses.", field="domains")
    if draft.new_role is None:
        new_unit_id = None
    else:
        if draft.new_role not in set(Role):
            raise InvalidError("There is no such role.", field="new_role")
        require_rights_of(actor, Role(draft.new_role))
        if not domains:
            raise InvalidError("Say of which e-mail domains new staff may be.", field="domains")
        if draft.new_unit_id is None:
            raise InvalidError("Say in which unit new staff are.", field="new_unit_id")
        new_unit_id = reached_unit(work, actor.scope, draft.new_unit_id).unit_id
    return replace(
        draft,
        name=rules.checked_name(draft.name),
        issuer=issuer,
        client_id=client_id,
        client_secret="",
        new_unit_id=new_unit_id,
        domains=domains,
    )


def _secret(reading: Reading, row: sign_on_store.SignOnRow) -> str:
    return reading.seals.open_bytes(PURPOSE, row.sealed).decode()


def _draft(row: sign_on_store.SignOnRow) -> SignOnDraft:
    return SignOnDraft(
        row.name,
        row.issuer,
        row.client_id,
        "",
        row.email_claim,
        row.trusts_email,
        row.new_role,
        row.new_unit_id,
        tuple(row.domains),
        row.is_enabled,
    )


def _shown(reading: Reading, row: sign_on_store.SignOnRow) -> SignOn:
    return SignOn(_draft(row), bool(_secret(reading, row)), row.changed_at, row.checked_at, row.fault)
