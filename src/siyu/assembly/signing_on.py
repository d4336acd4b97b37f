"""The way to the company's identity provider and back: where somebody is sent, and what their coming back is good for.

What has to be known again on the way back follows from the `state` and the installation's key, so that nothing is stored for those
who never come: the nonce, the verifier, and when it was begun. A cookie binds the state to the browser.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from typing import Final

from siyu.domain.company import service as company
from siyu.domain.company.contracts import (
    OpenedSession,
    RefusedLogIn,
    SignOn,
    SignOnDraft,
    SignOnStateError,
    TooManyAttemptsError,
)
from siyu.kernel.actors import Actor, system_actor
from siyu.kernel.errors import NotFoundError
from siyu.platform.crypto import derive_key, is_same
from siyu.platform.http import OutgoingHttp
from siyu.platform.oidc import OidcError, authorization_url, claims_in, discover, keys_of, statement_for
from siyu.platform.postgres.database import Database

ACTOR = system_actor("sign_on")
STATE_SECONDS: Final = 600
_PAGE = re.compile(r"/(?![/\\])[!-\[\]-~]{0,300}")


@dataclass(frozen=True, slots=True)
class SignOnGate:
    """What is needed to go there and back."""

    database: Database
    secret_key: str
    back_url: str
    http: OutgoingHttp

    def proof(self, purpose: str, text: str) -> str:
        """What only this installation can say about a text."""
        key = derive_key(self.secret_key, f"sign on {purpose}")
        return hmac.new(key, text.encode("utf-8", "surrogatepass"), "sha256").hexdigest()


def page_of(wanted: str) -> str:
    """A page of our own, and never another house."""
    return wanted if _PAGE.fullmatch(wanted) else "/"


def begin(gate: SignOnGate) -> tuple[str, str]:
    """(where somebody is sent, the state that their browser keeps); NotFoundError where nobody can log in so."""
    draft = _draft(gate)
    provider = discover(gate.http, draft.issuer)
    told = f"{gate.database.ids.new_secret(24)}.{int(gate.database.clock.now().timestamp())}"
    state = f"{told}.{gate.proof('state', told)}"
    url = authorization_url(
        provider,
        draft.client_id,
        gate.back_url,
        state=state,
        nonce=gate.proof("nonce", state),
        verifier=gate.proof("verifier", state),
    )
    return url, state


def finish(
    gate: SignOnGate, code: str, state: str, kept: str, issuer: str, address: str
) -> OpenedSession | RefusedLogIn:
    """Opens the session of who comes back with a code; or says why not, and counts it. `kept` is the browser's own state, `issuer`
    what the way back names, if it does."""
    database = gate.database
    if not (code and is_same(state, kept) and _is_ours(gate, state)):
        return RefusedLogIn(SignOnStateError())
    with database.begin() as work:
        wait_seconds = company.vouching_wait(work, ACTOR, address)
    if wait_seconds:
        return RefusedLogIn(TooManyAttemptsError(retry_after_seconds=wait_seconds))
    draft = _draft(gate)
    try:
        if issuer and issuer != draft.issuer:
            raise OidcError("issuer")
        provider = discover(gate.http, draft.issuer)
        statement = statement_for(
            gate.http,
            provider,
            draft.client_id,
            draft.client_secret,
            code=code,
            back_url=gate.back_url,
            verifier=gate.proof("verifier", state),
        )
        claims = claims_in(
            statement,
            keys_of(gate.http, provider),
            issuer=draft.issuer,
            client_id=draft.client_id,
            nonce=gate.proof("nonce", state),
            now=database.clock.now(),
        )
    except OidcError as error:
        with database.begin() as work:
            company.refuse_vouched(work, ACTOR, address, "oidc", error.reason)
        return RefusedLogIn(error)
    with database.begin() as work:
        opened = company.log_in_by_claims(work, ACTOR, state, claims)
        if isinstance(opened, RefusedLogIn):
            company.refuse_vouched(work, ACTOR, address, "oidc", opened.error.code)
    return opened


def check(database: Database, actor: Actor, http: OutgoingHttp) -> SignOn:
    """Asks the provider for its document and keys, and keeps what was found; NotFoundError where none is set up."""
    with database.read() as reading:
        found = company.find_sign_on(reading, actor)
    if found is None:
        raise NotFoundError("No identity provider.")
    fault = ""
    try:
        keys_of(http, discover(http, found.draft.issuer))
    except OidcError as error:
        fault = error.reason
    with database.begin() as work:
        return company.save_sign_on_fault(work, actor, fault)


def _draft(gate: SignOnGate) -> SignOnDraft:
    with gate.database.read() as reading:
        draft = company.live_sign_on(reading, ACTOR)
    if draft is None:
        raise NotFoundError("No identity provider.")
    return draft


def _is_ours(gate: SignOnGate, state: str) -> bool:
    """Whether a state was made here, and not long ago."""
    told, _, proof = state.rpartition(".")
    if not is_same(proof, gate.proof("state", told)):
        return False
    age = int(gate.database.clock.now().timestamp()) - int(told.rpartition(".")[2])
    return 0 <= age <= STATE_SECONDS
