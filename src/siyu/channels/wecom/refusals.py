"""What WeCom's refusals ask of who moves things in and out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from siyu.channels.wecom.errors import (
    NOT_A_CONTACT,
    WecomAnswerError,
    WecomBusyError,
    WecomConfigurationError,
    WecomCursorError,
    WecomRefusedError,
    WecomThrottledError,
)
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError

GONE = frozenset({NOT_A_CONTACT, 40096, 40050, 41044, 49008})
"""Not there, or not seen: the relation, the customer, the group, the way."""

OF_ONE = frozenset({60011, 60021, 84074, 84084})
"""Out of the application's sight, without the right to have customers: this one, not the others."""


@contextmanager
def told_refusals() -> Iterator[None]:
    """What WeCom's refusals ask, in the words of room contacts."""
    try:
        yield
    except WecomThrottledError as error:
        raise SourceRefusedError(Refusal.WAIT, error.errcode, wait_seconds=error.retry_after_seconds) from error
    except WecomAnswerError as error:  # a page of a proxy, an answer that was cut: not what was asked for is wrong
        raise SourceRefusedError(Refusal.RETRY, 0) from error
    except WecomBusyError as error:
        raise SourceRefusedError(Refusal.RETRY, error.errcode, wait_seconds=error.retry_after_seconds) from error
    except WecomCursorError as error:
        raise SourceRefusedError(Refusal.RESTART, error.errcode) from error
    except WecomConfigurationError as error:
        raise SourceRefusedError(Refusal.CONFIGURATION, error.errcode, is_of_one=error.errcode in OF_ONE) from error
    except WecomRefusedError as error:
        refusal = Refusal.GONE if error.errcode in GONE else Refusal.FINAL
        raise SourceRefusedError(refusal, error.errcode) from error
