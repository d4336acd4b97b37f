"""Customers and groups handed over by WeCom, in the words of room contacts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from siyu.channels.wecom import transfers
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.refusals import told_refusals
from siyu.channels.wecom.transfers import TransferStatus
from siyu.domain.contacts.contracts import OutsideTransfer, TransferState

STATES: Final[Mapping[TransferStatus, TransferState]] = {
    TransferStatus.DONE: TransferState.DONE,
    TransferStatus.WAITING: TransferState.WAITING,
    TransferStatus.REFUSED: TransferState.REFUSED,
    TransferStatus.FULL: TransferState.FULL,
}


class WecomInheritance:
    """Implements `contacts.InheritanceSource` for a corp."""

    def __init__(self, wecom: Wecom) -> None:
        self._wecom = wecom

    def start_transfer(
        self, giver: str, taker: str, external_userids: Sequence[str], *, is_resigned: bool, message: str
    ) -> Mapping[str, int]:
        with told_refusals():
            return transfers.start_transfer(
                self._wecom, giver, taker, external_userids, is_resigned=is_resigned, message=message
            )

    def transfers(self, giver: str, taker: str, *, is_resigned: bool) -> list[OutsideTransfer]:
        with told_refusals():
            return [
                OutsideTransfer(
                    each.external_userid,
                    STATES[each.status],
                    datetime.fromtimestamp(each.taken_over_at_seconds, UTC) if each.taken_over_at_seconds else None,
                )
                for each in transfers.list_results(self._wecom, giver, taker, is_resigned=is_resigned)
            ]

    def transfer_groups(self, chat_ids: Sequence[str], new_owner: str, *, is_resigned: bool) -> Mapping[str, int]:
        with told_refusals():
            return transfers.transfer_groups(self._wecom, chat_ids, new_owner, is_resigned=is_resigned)
