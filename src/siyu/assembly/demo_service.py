"""The demo brand's customer service: what its account answers by itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from siyu.assembly.demo_company import ACTOR
from siyu.assembly.installation import Installation
from siyu.assembly.serving import desk_of, keep_all_accounts
from siyu.assembly.wecom import WecomClients
from siyu.domain.service import service
from siyu.kernel.actors import Actor
from siyu.kernel.paging import PageRequest
from siyu.platform.postgres.database import UnitOfWork

RULES_NAME: Final = "茶饮客服"
RULES: Final[Mapping[str, Any]] = {
    "welcome": "您好，这里是晨曦茶饮客服。想问点什么？",
    "first_reply": "收到，我们马上看。",
    "fallback": "这个问题我还答不上来，回复「人工」就有同事来。",
    "closing": "这次就聊到这里，祝您喝得开心。",
    "replies": [
        {"words": ["新品", "上新"], "text": "本季新品是酒酿桂花冻和厚芋泥波波，门店和小程序都有。"},
        {"words": ["发票"], "text": "在小程序「订单」里点开那一单，就能开电子发票。"},
    ],
    "faqs": [
        {"question": "几点关门？", "answer": "各店都到晚上 10 点。", "words": ["几点", "营业"]},
        {"question": "会员日是哪天？", "answer": "每月 8 号，第二杯半价。", "words": ["会员日"]},
    ],
    "hand_over": {
        "words": ["人工"],
        "after_unmatched": 3,
        "text": "已为您转接同事，请稍等。",
        "waiting": "同事现在不在，上班后第一时间回复您。",
    },
}


def design_service(work: UnitOfWork, actor: Actor) -> None:
    """Makes and publishes the rules by the operator's own hand."""
    made = service.create_rules(work, actor, RULES_NAME, RULES)
    service.publish_rules(work, actor, made.rules_id)


def open_service(installation: Installation) -> None:
    """Brings in the accounts that the corp has, and lets those answer that nobody chose rules for."""
    clients = WecomClients(installation.database)
    try:
        keep_all_accounts(desk_of(installation.database, installation.settings.zone), clients)
    finally:
        clients.close()
    with installation.database.begin() as work:
        known = service.list_rules(work, ACTOR, PageRequest(size=50)).rows
        rules_id = next((each.rules_id for each in known if each.name == RULES_NAME), None)
        for account in service.list_accounts(work, ACTOR):
            if account.rules_id is None and rules_id is not None:
                service.choose_rules(work, ACTOR, account.account_id, rules_id)
