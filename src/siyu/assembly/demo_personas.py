"""The demo brand's personas: who speaks to its customers, by which accounts."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo_company import ACTOR
from siyu.assembly.installation import Installation
from siyu.domain.company import service as company
from siyu.domain.company.contracts import AccountDraft, PersonaDraft, PersonaLimits
from siyu.domain.contacts.reading import list_members
from siyu.world.wecom.brand import CORP_ID

DRESSING: Final = ("昵称用人设名", "头像不带 LOGO", "个性签名", "朋友圈封面", "近 7 天发过朋友圈")
ADVISER: Final = PersonaDraft(
    "专属顾问",
    role="门店顾问",
    tone="自称名字，说话像朋友；先问需要再推荐，不说「亲」，不催单。",
    welcome="您好，我是您的门店顾问，想喝什么、会员的事都可以问我。",
    stages=("成长", "忠诚"),
    dressing=DRESSING,
    limits=PersonaLimits(daily_adds=80),
)
ASSISTANT: Final = PersonaDraft(
    "茶小晨",
    role="福利官",
    tone="活泼，自称「小晨」，多用短句；只说福利和新品，售后请转顾问。",
    welcome="嗨，我是小晨～新品试喝、会员日、隐藏菜单都找我。",
    stages=("新客",),
    dressing=DRESSING,
)
ASSISTANTS: Final = frozenset({"tangxiaoman", "xunuo"})
"""Who of the front line speaks as the assistant; the others with customers are advisers."""


def dress_staff(installation: Installation) -> None:
    """Makes the personas once, when the members of the corp are known."""
    zone = installation.settings.zone
    with installation.database.begin() as work:
        members = [each for each in list_members(work, ACTOR, CORP_ID) if each.has_customers]
        if not members or company.list_personas(work, ACTOR, zone, with_archived=True):
            return
        made = {draft.name: company.create_persona(work, ACTOR, draft, zone) for draft in (ASSISTANT, ADVISER)}
        for member in members:
            persona = made[(ASSISTANT if member.userid in ASSISTANTS else ADVISER).name]
            draft = AccountDraft("wecom", member.userid, member.name, CORP_ID, member.staff_id)
            placed = company.add_account(work, ACTOR, persona.persona_id, draft, zone).accounts[-1]
            for item in DRESSING[: 3 + placed.account_id % 3]:
                company.dress_account(work, ACTOR, persona.persona_id, placed.account_id, item, zone, is_done=True)
