"""The doors of whoever runs the world: apps and their callbacks, faults, tokens, what was told and how much there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from siyu.world.wecom.apps import ROOT_DEPARTMENT, App, AppKind, Callback
from siyu.world.wecom.calls import Fields
from siyu.world.wecom.crypto import EnvelopeError
from siyu.world.wecom.errors import RefusedError
from siyu.world.wecom.faults import Fault, FaultKind

if TYPE_CHECKING:
    from siyu.world.wecom.corp import Corp

TOKEN_CHARACTERS_MAX = 32


def add_app(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """An app more. Its secret is told where none is given; `trusted_ips` left out asks nobody where they call from."""
    app = App(
        given.whole("agentid", 1_000_000 + len(corp.apps)),
        given.text("secret", missing=None) or corp.new_key("", 43),
        given.text("name", missing=None) or "app",
        AppKind(given.text("kind", missing=None) or "own"),
    )
    corp.add_app(app)
    _change(app, given)
    return {"agentid": app.agent_id, "secret": app.secret}


def change_app(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Another visible range, other rights, switched off or on."""
    _change(_app(corp, given), given)
    return {}


def _app(corp: Corp, given: Fields) -> App:
    app = corp.apps.get(given.text("secret", missing=41004))
    if app is None:
        raise RefusedError(40001)
    return app


def _change(app: App, given: Fields) -> None:
    app.is_enabled = given.flag("is_enabled", app.is_enabled)
    app.may_call_customers = given.flag("may_call_customers", app.may_call_customers)
    app.may_call_kf = given.flag("may_call_kf", app.may_call_kf)
    app.is_made_before_2022 = given.flag("is_made_before_2022", app.is_made_before_2022)
    if given.has("users") or given.has("departments"):
        app.users = set(given.texts("users", missing=None))
        app.departments = set(given.wholes("departments"))
    if given.has("trusted_ips"):
        app.trusted_ips = set(given.texts("trusted_ips", missing=None))
    if given.has("trusted_domains"):
        app.trusted_domains = set(given.texts("trusted_domains", missing=None))
    if not app.users and not app.departments:
        app.departments = {ROOT_DEPARTMENT}


def set_callback(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Where an app is to be called, once the address has answered the challenge."""
    app = _app(corp, given)
    token = given.text("token", characters_max=TOKEN_CHARACTERS_MAX)
    callback = Callback(given.text("url"), token, given.text("encoding_aes_key"))
    try:
        callback.envelope(corp.corp_id)
    except EnvelopeError as error:
        raise RefusedError(40058, "field encoding_aes_key invalid") from error
    if not corp.postman.verify(callback):
        raise RefusedError(40058, "the callback address did not answer the challenge")
    app.callback = callback
    return {}


def list_callbacks(corp: Corp, _given: Fields) -> Mapping[str, Any]:
    """The last thousand callbacks and what became of them."""
    return {"callbacks": [asdict(one) for one in corp.postman.deliveries]}


def add_fault(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Something goes wrong from now on; see `faults.py` for kinds and fields."""
    seconds = given.values.get("seconds", 0.0)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= 60:
        raise ValueError("seconds is a number from 0 to 60")
    errcode = given.values.get("errcode", -1)
    if not isinstance(errcode, int):
        raise ValueError("errcode is a whole number")
    RefusedError(errcode).text  # noqa: B018  # KeyError for a code that has no text
    corp.faults.add(
        Fault(
            FaultKind(given.text("kind")),
            given.text("place", missing=None),
            given.whole("skip", 0),
            given.whole("count", 1, least=1),
            float(seconds),
            given.whole("status", 502, least=400, most=599),
            errcode,
        )
    )
    return {}


def clear_faults(corp: Corp, _given: Fields) -> Mapping[str, Any]:
    corp.faults.clear()
    return {}


def revoke_tokens(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """Tokens are taken back before their time: those of one app, or all."""
    return {"revoked": corp.tokens.revoke(given.text("secret", missing=None) or None)}


def set_quota(corp: Corp, given: Fields) -> Mapping[str, Any]:
    """How many customers the acquisition links may still bring."""
    before, corp.links.balance = corp.links.balance, given.whole("balance")
    corp.links.total = max(corp.links.total, corp.links.balance)
    if before == 0 and corp.links.balance > 0:
        for secret in {link.maker for link in corp.links.links.values()}:
            corp.tell_app(secret, Event="customer_acquisition", ChangeType="balance_increased")
    return {}


def state(corp: Corp, _given: Fields) -> Mapping[str, Any]:
    """How much there is of everything, and what time it is."""
    return {
        "corp_id": corp.corp_id,
        "name": corp.name,
        "now": corp.now().isoformat(),
        "members": len(list(corp.staff.members)),
        "customers": corp.people.count,
        "chats": [{"chat_id": one.chat_id, "name": one.name} for one in corp.chats.chats.values()],
        "ways": [{"config_id": one.config_id, "state": one.state} for one in corp.ways.ways.values()],
        "links": [{"link_id": one.link_id, "name": one.name} for one in corp.links.links.values()],
        "kf_accounts": [one.open_kfid for one in corp.kf.accounts.values() if not one.is_deleted],
        "apps": [{"agentid": one.agent_id, "name": one.name, "kind": one.kind.value} for one in corp.apps.values()],
    }


WORLD_DOORS: dict[str, Callable[[Corp, Fields], Mapping[str, Any]]] = {
    "app/add": add_app,
    "app/change": change_app,
    "app/callback": set_callback,
    "callback/list": list_callbacks,
    "fault/add": add_fault,
    "fault/clear": clear_faults,
    "token/revoke": revoke_tokens,
    "quota/set": set_quota,
    "state": state,
}
