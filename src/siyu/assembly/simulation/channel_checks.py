"""What must hold of letters, calls and the Official Account after a run: their rules are kept, and the books say what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final
from zoneinfo import ZoneInfo

from siyu.assembly.simulation.gate_checks import BATCH_MAX
from siyu.assembly.simulation.message_checks import Kept
from siyu.assembly.simulation.simulated import Simulated
from siyu.assembly.simulation.texts import CALLS_FROM, CALLS_TO
from siyu.assembly.simulation.whose import Whose

ACCOUNT: Final = "official_account"


def channel_faults(found: Simulated, kept: Mapping[str, Kept], whose: Whose, zone: ZoneInfo) -> Iterator[str]:
    """A sentence for each thing that does not hold."""
    for key in found.letters.twice:
        yield f"Letter {key} was delivered twice."
    for key, at in found.vendor.rung.items():
        local, begun = at.astimezone(zone), (at - BATCH_MAX).astimezone(zone)
        if not CALLS_FROM <= local.hour < CALLS_TO and not CALLS_FROM <= begun.hour < CALLS_TO:
            yield f"The call {key} rang at {local:%H:%M}."
    for refusal in found.fans.refused:
        told = f"{refusal.errcode} at {refusal.at.isoformat()}"
        yield f"The account tried to write to {refusal.user_id} when it was not allowed to: {told}."
    yield from _account_faults(found, kept, whose)


def _account_faults(found: Simulated, kept: Mapping[str, Kept], whose: Whose) -> Iterator[str]:
    """What is on phones is what is called sent, but for what nobody was told of."""
    shown = Counter((user_id, title) for user_id, title, _ in found.fans.arrivals())
    sent, unsure = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for each in kept.values():
        person = whose.persons.get(each.customer_id)
        if each.channel == ACCOUNT and person is not None:
            sent[person, each.title] += each.state in ("sent", "delivered")
            unsure[person, each.title] += each.may_be_there or each.reason == "outcome_unknown"
    for user_id, title in sorted(shown.keys() | sent.keys()):
        key = user_id, title
        if user_id not in found.gone and not sent[key] <= shown[key] <= sent[key] + unsure[key]:
            yield f"{key} was shown {shown[key]} times by the account, the books say {sent[key]} ({unsure[key]} unsure)."
