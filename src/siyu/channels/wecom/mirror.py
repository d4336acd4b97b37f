"""What the mirror moves, read from and written to WeCom: staff, contacts, tags, groups."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from siyu.channels.wecom import contacts as contact_api
from siyu.channels.wecom import customers as customer_api
from siyu.channels.wecom import groups as group_api
from siyu.channels.wecom import tags as tag_api
from siyu.channels.wecom import transfers as transfer_api
from siyu.channels.wecom.client import Wecom
from siyu.channels.wecom.gates import Priority
from siyu.channels.wecom.refusals import told_refusals
from siyu.domain.contacts.contracts import (
    ContactPage,
    OutsideContact,
    OutsideDepartment,
    OutsideMember,
    OutsideRelation,
    OutsideTag,
    OutsideTagGroup,
    Refusal,
    SourceRefusedError,
    Told,
)
from siyu.domain.groups.contracts import OutsideGroup, OutsideGroupMember

ACTIVE = 1
TAGS_ASKED_AT_ONCE = 100


class WecomMirror:
    """A corp seen through one application; `staff` another one that may read the address book, where the first may not."""

    def __init__(self, wecom: Wecom, staff: Wecom | None = None) -> None:
        self._wecom, self._staff = wecom, staff or wecom

    # --- staff

    def departments(self) -> list[OutsideDepartment]:
        with told_refusals():
            return [
                OutsideDepartment(each.department_id, each.name, each.parent_id or None)
                for each in contact_api.list_departments(self._staff)
            ]

    def members(self) -> list[OutsideMember]:
        """All visible members: of the root department, or of each that is visible where the root is not."""
        with told_refusals():
            departments = contact_api.list_departments(self._staff)
            there = {each.department_id for each in departments}
            found: dict[str, OutsideMember] = {}
            for top in departments:
                if top.parent_id in there:
                    continue
                for each in contact_api.list_members(self._staff, top.department_id):
                    found[each.userid.lower()] = OutsideMember(
                        each.userid, each.name, each.main_department_id or None, each.email, each.status == ACTIVE
                    )
            return list(found.values())

    def followers(self) -> list[str]:
        with told_refusals():
            return customer_api.list_followers(self._wecom)

    # --- contacts

    def page(self, userid: str, cursor: str) -> ContactPage:
        with told_refusals():
            for page in customer_api.customer_pages(self._wecom, [userid], cursor=cursor):
                return ContactPage([_row(*each) for each in page.rows], page.next_cursor)
        return ContactPage((), "")

    def external_ids(self, userid: str) -> list[str]:
        with told_refusals():
            return customer_api.list_customer_ids(self._wecom, userid)

    def unassigned(self) -> Iterator[Sequence[tuple[str, str]]]:
        """(member who left, customer whom nobody took over), a page at a time."""
        with told_refusals():
            for page in transfer_api.unassigned_pages(self._wecom):
                yield [(each.handover_userid, each.external_userid) for each in page]

    def contact(self, external_userid: str) -> list[Told]:
        """All who have a customer; nobody where nobody has."""
        try:
            with told_refusals():
                customer, follows = customer_api.get_customer(self._wecom, external_userid)
        except SourceRefusedError as error:
            if error.refusal is Refusal.GONE:
                return []
            raise
        return [_row(customer, each) for each in follows]

    def mark_tags(self, userid: str, external_userid: str, add: Sequence[str], remove: Sequence[str]) -> None:
        with told_refusals():
            tag_api.mark_customer(self._wecom, userid, external_userid, add=add, remove=remove)

    def save_remark(self, userid: str, external_userid: str, remark: str | None, description: str | None) -> None:
        with told_refusals():
            customer_api.set_remark(self._wecom, userid, external_userid, remark=remark, description=description)

    # --- tags

    def tag_groups(self) -> list[OutsideTagGroup]:
        with told_refusals():
            return [_tag_group(each) for each in tag_api.list_tag_groups(self._wecom) if not each.is_deleted]

    def add_tag(self, group_id: str, group_name: str, name: str) -> tuple[str, str]:
        with told_refusals():
            made = tag_api.add_tags(self._wecom, [name], group_id=group_id, group_name=group_name)
        return made.group_id, made.tags[0].tag_id

    def rename_tag(self, outside_id: str, name: str) -> None:
        with told_refusals():
            tag_api.edit_tag(self._wecom, outside_id, name=name)

    def delete_tag(self, outside_id: str) -> None:
        with told_refusals():
            tag_api.delete_tags(self._wecom, [outside_id])

    def deleted_tags(self, outside_ids: Sequence[str]) -> set[str]:
        asked, deleted = list(dict.fromkeys(outside_ids)), set()
        with told_refusals():
            for start in range(0, len(asked), TAGS_ASKED_AT_ONCE):
                for group in tag_api.list_tag_groups(self._wecom, tag_ids=asked[start : start + TAGS_ASKED_AT_ONCE]):
                    deleted |= {each.tag_id for each in group.tags if each.is_deleted or group.is_deleted}
        return deleted & set(asked)

    # --- groups

    def chat_ids(self) -> list[tuple[str, int]]:
        """All groups; of many owners in portions, for more than a thousand are refused at once."""
        owners = self.followers()
        with told_refusals():
            if len(owners) <= group_api.PAGE_MAX:
                heads = list(group_api.list_groups(self._wecom))
            else:
                heads = [
                    head
                    for start in range(0, len(owners), group_api.OWNERS_MAX)
                    for head in group_api.list_groups(self._wecom, owners[start : start + group_api.OWNERS_MAX])
                ]
        return [(each.chat_id, each.status) for each in heads]

    def group(self, chat_id: str, status: int = 0) -> OutsideGroup | None:
        try:
            with told_refusals():
                told = group_api.get_group(self._wecom, chat_id, priority=Priority.BULK)
        except SourceRefusedError as error:
            if error.refusal is Refusal.GONE:
                return None
            raise
        customers = [each for each in told.members if each.is_customer]
        return OutsideGroup(
            chat_id=told.chat_id,
            name=told.name,
            owner_userid=told.owner_userid,
            created_at=_instant(told.created_at_seconds),
            notice=told.notice,
            status=status,
            version=told.version,
            staff=len(told.members) - len(customers),
            members=[_group_member(each) for each in customers],
        )


def _row(customer: customer_api.Customer, follow: customer_api.Follow) -> Told:
    contact = OutsideContact(
        external_userid=customer.external_userid,
        name=customer.name,
        unionid=customer.unionid,
        gender=customer.gender,
        avatar=customer.avatar,
        kind=customer.kind,
        company=customer.corp_name,
    )
    return contact, OutsideRelation(
        userid=follow.userid,
        created_at=_instant(follow.added_at_seconds),
        remark=follow.remark,
        description=follow.description,
        company=follow.remark_company,
        mobiles=follow.remark_mobiles,
        tag_ids=follow.tag_ids,
        add_way=follow.add_way,
        state=follow.state,
        oper_userid=follow.operator_userid,
    )


def _tag_group(group: tag_api.CorpTagGroup) -> OutsideTagGroup:
    tags = [OutsideTag(each.tag_id, each.name) for each in group.tags if not each.is_deleted]
    return OutsideTagGroup(group.group_id, group.name, tags)


def _group_member(member: group_api.GroupMember) -> OutsideGroupMember:
    return OutsideGroupMember(
        external_userid=member.member_id,
        joined_at=_instant(member.joined_at_seconds),
        unionid=member.unionid,
        name=member.name,
        join_scene=member.join_scene,
        invited_by=member.invited_by,
        state=member.state,
    )


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
