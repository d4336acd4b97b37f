"""The course brand's channel codes: one a platform that leads to the class teachers, the assistant's, that of class groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from siyu.assembly.demo.brand import ACTOR, Designing
from siyu.assembly.demo.camp.company import ASSISTANT, EXPERT, TEACHERS, staff_ids
from siyu.assembly.installation import Installation
from siyu.domain.entries import service as entries
from siyu.domain.groups import service as groups
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.world.population.camp.brand import ACCOUNT_MENU, SOURCES
from siyu.world.wecom.brand import CORP_ID

OPEN_CODE: Final = "福利官 · 公众号菜单"
GROUP_CODE: Final = "本期班级群"
CLASS_GROUP: Final = "小白营"
"""How the names of class groups begin."""
NEWEST_GROUPS: Final = 6
OPENS, CLOSES = 9 * 60, 22 * 60
_TAG_OF = {"公众号文章": "公众号"}


def code_name(source: str) -> str:
    """The name of a platform's code."""
    return f"{source} · 一元小白营"


def purpose_of(name: str) -> str:
    """What a code is for: those of a platform after they paid, a class's group, or anybody who asks the assistant."""
    return {GROUP_CODE: "group", OPEN_CODE: "arrival"}.get(name, name.partition(" ")[0])


def design_codes(d: Designing, actor: Actor, tag_ids: Mapping[str, int]) -> None:
    """Makes and publishes the codes by the operator's own hand; that of groups comes when there are groups."""
    known = staff_ids(d.work)
    for source in SOURCES.values():
        tag_id = tag_ids[_TAG_OF.get(source.name, source.name)]
        publish(d, actor, code_name(source.name), _of_platform(source.name, source.campaign, known, tag_id))
    publish(d, actor, OPEN_CODE, _of_assistant(known))


def publish(d: Designing, actor: Actor, name: str, document: Mapping[str, Any]) -> int:
    """A code that hangs from now on, by its number."""
    made = entries.create_code(d.work, actor, name, document, d.zone)
    entries.publish_code(d.work, actor, made.code_id, d.zone)
    return made.code_id


def _of_platform(source: str, campaign: str, known: Mapping[str, int], tag_id: int) -> dict[str, Any]:
    """On the page after the payment: by day and night the class teachers in turn; where all have their fill, the expert."""
    day = "您好，我是您的班主任～先发您两样：开营须知、入营问卷。填完我按您的情况给一页小建议。"
    night = "夜深啦，先恭喜您报上名。开营须知我明早九点发您，明天见。"
    return {
        "title": "加班主任，领课、进班",
        "intro": "您已报名 7 天理财小白营。长按识别二维码，加上班主任才能进班。",
        "corp_id": CORP_ID,
        "mode": "landing",
        "choice": "least_busy",
        "staff_ids": [known[each] for each in TEACHERS],
        "backup_ids": [known[EXPERT]],
        "member_daily_max": 120,
        "channel": source,
        "campaign": campaign,
        "content": "付费成功页",
        "tags": [tag_id],
        "welcomes": [{"text": night, "begins": CLOSES, "ends": OPENS}, {"text": day}],
    }


def _of_assistant(known: Mapping[str, int]) -> dict[str, Any]:
    """In the account's menu: for who has not decided yet."""
    return {
        "title": "加福利官，领《家庭账本》模板",
        "intro": "长按识别二维码，添加后自动发送。课程只讲方法，不荐产品。",
        "corp_id": CORP_ID,
        "mode": "landing",
        "staff_ids": [known[ASSISTANT]],
        "backup_ids": [known[EXPERT]],
        "member_daily_max": 400,
        "channel": ACCOUNT_MENU,
        "campaign": "家庭账本模板",
        "content": "菜单",
        "welcomes": [{"text": "您好，我是福利官小满～一元小白营、记账模板都在我这儿，直接说「记账」就发您。"}],
    }


def open_group_code(installation: Installation) -> bool:
    """The code of the newest class groups, once there are any; after that it is the operator's. Whether it is there."""
    zone = installation.settings.zone
    with installation.database.begin() as work:
        known = entries.list_codes(work, ACTOR, PageRequest(size=200), zone).rows
        if any(each.name == GROUP_CODE for each in known):
            return True
        found = groups.list_groups(work, ACTOR, PageRequest(size=500, search=CLASS_GROUP)).rows
        newest = sorted(found, key=lambda each: each.created_at, reverse=True)[:NEWEST_GROUPS]
        if not newest:
            return False
        document = {
            "title": "进班级群，明早八点开课",
            "intro": "长按识别二维码进群。群里只聊学习，不发广告。",
            "corp_id": CORP_ID,
            "mode": "groups",
            "groups": [{"group_id": each.group_id, "members_max": 190} for each in newest],
            "makes_groups": True,
            "channel": "班级群",
            "campaign": "7 天理财小白营",
        }
        made = entries.create_code(work, ACTOR, GROUP_CODE, document, zone)
        entries.publish_code(work, ACTOR, made.code_id, zone)
    return True
