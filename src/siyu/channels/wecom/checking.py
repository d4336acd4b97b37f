"""What is wrong with a connection, in codes that somebody can act on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.contacts import list_departments
from siyu.channels.wecom.customers import list_followers
from siyu.channels.wecom.errors import (
    WecomAnswerError,
    WecomBusyError,
    WecomConfigurationError,
    WecomCursorError,
    WecomRefusedError,
    WecomThrottledError,
    WecomUnreachableError,
)
from siyu.domain.company.contracts import WecomFinding

CODES: Final[Mapping[int, str]] = {
    40001: "wrong_secret",
    40091: "wrong_secret",
    40013: "wrong_corp",
    60020: "address_not_trusted",
    50003: "app_disabled",
    50006: "app_disabled",
    48001: "not_authorised",
    48002: "not_authorised",
    60011: "out_of_range",
    60021: "out_of_range",
    84074: "not_authorised",
    301002: "wrong_agent",
    40056: "wrong_agent",
}
"""What the codes of a check say; others are `refused`, with WeCom's number beside."""


def check_app(wecom: Wecom) -> list[WecomFinding]:
    """What is wrong with the own app: nothing, where it is well."""
    return (
        _found("app", wecom.check)
        or _found("app", lambda: wecom.call("agent/get", query={"agentid": wecom.app.agent_id}))
        or _found("customers", lambda: list_followers(wecom))
    )


def check_contacts(wecom: Wecom) -> list[WecomFinding]:
    """What is wrong with the secret of the address book."""
    return _found("contacts", wecom.check) or _found("contacts", lambda: list_departments(wecom))


def _found(place: str, ask: Callable[[], object]) -> list[WecomFinding]:
    try:
        ask()
    except WecomUnreachableError as error:
        return [WecomFinding(place, "unreachable", error.errcode)]
    except WecomThrottledError as error:
        return [WecomFinding(place, "throttled", error.errcode)]
    except (WecomBusyError, WecomConfigurationError, WecomRefusedError, WecomCursorError) as error:
        return [WecomFinding(place, CODES.get(error.errcode, "refused"), error.errcode)]
    except WecomAnswerError:
        return [WecomFinding(place, "no_wecom")]
    return []
