"""The last resort: the staff member who keeps the customer copies the text and sends it by hand."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from siyu.domain.content import reading as contents
from siyu.domain.content.contracts import Attachment, SignedAddresses
from siyu.domain.customers.contracts import Identity
from siyu.domain.customers.reading import attributes_of, keepers_of
from siyu.domain.messages.contracts import HAND, HandTask
from siyu.platform.postgres.database import Reading


class ByHand:
    """Implements `messages.contracts.Channel`. Its messages become tasks of staff members, see `messages.service.hand_out`."""

    name = HAND
    cost_fen = 0
    identity_kinds: frozenset[str] | None = frozenset()

    def reachable(
        self, reading: Reading, customers: Mapping[int, Sequence[Identity]], _purpose: str
    ) -> Collection[int]:
        """Those whom a staff member keeps."""
        return keepers_of(reading, customers.keys()).keys()


@dataclass(frozen=True, slots=True)
class HandText:
    """What a staff member copies, and what hangs on it."""

    title: str
    body: str
    link_url: str | None
    attachments: Sequence[Attachment]


def texts_of(reading: Reading, addresses: SignedAddresses, tasks: Sequence[HandTask]) -> dict[int, HandText]:
    """{message: its text for the customer as they are now}."""
    places = {task.message_id: (task.definition_id, task.version, task.step) for task in tasks}
    kept = contents.messages_at(reading, set(places.values()))
    texts = {place: each.content.for_channel(HAND) for place, each in kept.items()}
    attributes = attributes_of(reading, {task.customer_id for task in tasks})
    found: dict[int, HandText] = {}
    for task in tasks:
        place = places[task.message_id]
        rendered = texts[place].render(attributes.get(task.customer_id, {}))
        link_id = kept[place].link_id
        link_url = addresses.link_url(link_id, task.message_id) if link_id is not None else None
        found[task.message_id] = HandText(rendered.title, rendered.body, link_url, texts[place].attachments)
    return found
