"""Ways of channel codes, made and kept in WeCom: contact ways, codes to join groups, acquisition links."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from siyu.channels.wecom import acquisition as link_api
from siyu.channels.wecom import groups as group_api
from siyu.channels.wecom import ways as api
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.contacts.contracts import Refusal, SourceRefusedError
from siyu.domain.entries.contracts import LinkVisitor, MadeWay, WayKind, WayTask

BACK = timedelta(days=1)
"""Clocks differ: a way is looked for from a day before it was asked for."""
LINK_NAME_LENGTH_MAX = 30
HAS_WRITTEN = 1


class WecomCodes:
    """The ways of a corp, through one application."""

    def __init__(self, wecom: Wecom) -> None:
        self._wecom = wecom

    def make_way(self, task: WayTask) -> MadeWay:
        with told_refusals():
            match task.kind:
                case WayKind.CONTACT:
                    way = api.add_contact_way(self._wecom, _way(task))
                    return MadeWay(way.config_id, way.qr_code)
                case WayKind.GROUP:
                    joining = group_api.add_join_way(self._wecom, _join_way(task))
                    return MadeWay(joining.config_id, joining.qr_code)
                case WayKind.LINK:
                    link = link_api.create_link(self._wecom, _link(task))
                    return MadeWay(link.link_id, link_api.url_with_channel(link.url, task.state))

    def find_way(self, task: WayTask, known: frozenset[str]) -> MadeWay | None:
        """The way of the task's state among those that nobody here knows. WeCom has no list of codes to join groups."""
        match task.kind:
            case WayKind.CONTACT:
                return self._find_contact_way(task, known)
            case WayKind.GROUP:
                return None
            case WayKind.LINK:
                return self._find_link(task, known)

    def change_way(self, task: WayTask) -> None:
        with told_refusals():
            match task.kind:
                case WayKind.CONTACT:
                    api.update_contact_way(self._wecom, _way(task))
                case WayKind.GROUP:
                    group_api.update_join_way(self._wecom, _join_way(task))
                case WayKind.LINK:
                    link_api.update_link(self._wecom, _link(task))

    def delete_way(self, task: WayTask) -> None:
        with told_refusals():
            match task.kind:
                case WayKind.CONTACT:
                    api.delete_contact_way(self._wecom, task.config_id)
                case WayKind.GROUP:
                    group_api.delete_join_way(self._wecom, task.config_id)
                case WayKind.LINK:
                    link_api.delete_link(self._wecom, task.config_id)

    def _find_contact_way(self, task: WayTask, known: frozenset[str]) -> MadeWay | None:
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

    def _find_link(self, task: WayTask, known: frozenset[str]) -> MadeWay | None:
        """A link bears no state of its own: its name ends in it."""
        with told_refusals():
            for link_id in list(link_api.list_link_ids(self._wecom)):
                link = None if link_id in known else link_api.get_link(self._wecom, link_id)
                if link is not None and link.name == _link_name(task):
                    return MadeWay(link_id, link_api.url_with_channel(link.url, task.state))
        return None


class WecomLinks:
    """Acquisition links of a corp: how much is left, who came."""

    def __init__(self, wecom: Wecom) -> None:
        self._wecom = wecom

    def quota(self) -> tuple[int, int]:
        """(bought, left)."""
        with told_refusals():
            quota = link_api.get_quota(self._wecom)
        return quota.total, quota.left

    def customers(self, link_id: str) -> Iterator[Sequence[LinkVisitor]]:
        """Who came by a link, page by page."""
        with told_refusals():
            for page in link_api.link_customer_pages(self._wecom, link_id):
                yield [LinkVisitor(each.external_userid, each.userid, each.chat_status == HAS_WRITTEN) for each in page]


def _way(task: WayTask) -> api.ContactWay:
    return api.ContactWay(
        task.leads_to,
        is_single=task.is_single,
        remark=task.remark,
        state=task.state,
        skips_verification=task.is_automatic,
        config_id=task.config_id,
    )


def _join_way(task: WayTask) -> group_api.JoinWay:
    return group_api.JoinWay(
        task.leads_to, remark=task.remark, state=task.state, makes_groups=task.is_automatic, config_id=task.config_id
    )


def _link(task: WayTask) -> link_api.AcquisitionLink:
    return link_api.AcquisitionLink(
        _link_name(task), task.leads_to, skips_verification=task.is_automatic, link_id=task.config_id
    )


def _link_name(task: WayTask) -> str:
    return f"{task.remark[: LINK_NAME_LENGTH_MAX - len(task.state) - 1]}·{task.state}"
