"""Ways of channel codes, made and kept in WeCom."""

from __future__ import annotations

from datetime import timedelta

from siyu.channels.wecom import ways as api
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.entries.contracts import MadeWay, WayTask

BACK = timedelta(days=1)
"""Clocks differ: a way is looked for from a day before it was asked for."""


class WecomCodes:
    """The ways of a corp, through one application."""

    def __init__(self, wecom: Wecom) -> None:
        self._wecom = wecom

    def make_way(self, task: WayTask) -> MadeWay:
        with told_refusals():
            made = api.add_contact_way(self._wecom, _way(task))
        return MadeWay(made.config_id, made.qr_code)

    def find_way(self, task: WayTask, known: frozenset[str]) -> MadeWay | None:
        """The way of the task's state among those that nobody here knows."""
        with told_refusals():
            for config_id in list(api.list_contact_ways(self._wecom, since=task.asked_at - BACK)):
                if config_id in known:
                    continue
                try:
                    with told_refusals():
                        way = api.get_contact_way(self._wecom, config_id)
                except SourceRefusedError as error:
                    if error.refusal is Refusal.GONE:
                        continue
                    raise
                if way.state == task.state:
                    return MadeWay(way.config_id, way.qr_code)
        return None

    def change_way(self, task: WayTask) -> None:
        with told_refusals():
            api.update_contact_way(self._wecom, _way(task))

    def delete_way(self, config_id: str) -> None:
        with told_refusals():
            api.delete_contact_way(self._wecom, config_id)


def _way(task: WayTask) -> api.ContactWay:
    return api.ContactWay(
        task.userids,
        is_single=task.is_single,
        remark=task.remark,
        state=task.state,
        skips_verification=task.skips_verification,
        config_id=task.config_id,
    )
