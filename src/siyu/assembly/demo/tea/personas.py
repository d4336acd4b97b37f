"""Who speaks to the tea brand's customers."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import Played
from siyu.assembly.demo.personas import DRESSING
from siyu.domain.company.contracts import PersonaDraft, PersonaLimits

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
PERSONAS: Final = (Played(ASSISTANT, frozenset({"tangxiaoman", "xunuo"})), Played(ADVISER, others=True))
"""Some of the front line speak as the assistant; the others with customers are advisers."""
