"""The demo brand's personas: who speaks to its customers, by which accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from siyu.assembly.demo.brand import ACTOR, Played
from siyu.assembly.installation import Installation
from siyu.domain.company import service as company
from siyu.domain.company.contracts import AccountDraft
from siyu.domain.contacts.reading import list_members
from siyu.world.wecom.brand import CORP_ID

DRESSING: Final = ("昵称用人设名", "头像不带 LOGO", "个性签名", "朋友圈封面", "近 7 天发过朋友圈")


def dress_staff(installation: Installation, personas: Sequence[Played]) -> None:
    """Makes the personas once, when the members of the corp are known."""
    zone = installation.settings.zone
    with installation.database.begin() as work:
        members = [each for each in list_members(work, ACTOR, CORP_ID) if each.has_customers]
        if not members or company.list_personas(work, ACTOR, zone, with_archived=True):
            return
        made = [(each, company.create_persona(work, ACTOR, each.draft, zone).persona_id) for each in personas]
        for member in members:
            persona_id = next(
                (known for each, known in made if member.userid in each.userids),
                next((known for each, known in made if each.others), None),
            )
            if persona_id is None:
                continue
            draft = AccountDraft("wecom", member.userid, member.name, CORP_ID, member.staff_id)
            placed = company.add_account(work, ACTOR, persona_id, draft, zone).accounts[-1]
            for item in DRESSING[: 3 + placed.account_id % 3]:
                company.dress_account(work, ACTOR, persona_id, placed.account_id, item, zone, is_done=True)
