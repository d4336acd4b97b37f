"""The store brand, put together."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import Account, DemoBrand, OfferedSend
from siyu.assembly.demo.home import CARDS
from siyu.assembly.demo.plans import close_reviews
from siyu.assembly.demo.tea.company import DEMO_EMAIL, DEMO_PASSWORD, OPERATOR_EMAIL, found_company, keeping
from siyu.assembly.demo.tea.designs import SCHEMES, SLEEPING, design
from siyu.assembly.demo.tea.personas import PERSONAS
from siyu.assembly.demo.tea.service import RULES, RULES_NAME
from siyu.assembly.demo.tea.staff_work import DESK, ENQUIRIES, ERRANDS, POSTS, PROGRAM, STAFF_WORK
from siyu.assembly.demo.tea.stores import NEAREST
from siyu.assembly.demo.tea.words import SHELF
from siyu.domain.connections.contracts import ConnectionKind
from siyu.world.population.tea.brand import BRAND_NAME
from siyu.world.population.tea.catalogue import EVENT_NAMES
from siyu.world.population.tea.population import Population

SEND: Final = OfferedSend(
    "老友回归 · 周末第二杯半价",
    SLEEPING,
    {
        "content": {
            "title": "周末第二杯半价",
            "body": "好久不见！桂花乌龙回来了，这个周末到店，第二杯半价。门店给您留了座，路过就进来坐坐。",
            "link_url": "https://chenxi.example/weekend",
            "fall_back_after_hours": 4,
        },
        "channels": ["wecom", "sms"],
        "worth": {"by": "expected", "percent": 10},
        "begins": 0,
        "ends": 24 * 60,  # whoever looks in the evening wants to see it go out, too
    },
)

CARD: Final = CARDS["tea"]
TEA: Final = DemoBrand(
    key=CARD.key,
    name=CARD.name,
    seed=CARD.seed,
    customers=CARD.customers,
    email=DEMO_EMAIL,
    password=DEMO_PASSWORD,
    operator_email=OPERATOR_EMAIL,
    event_names=EVENT_NAMES,
    source="intake:miniprogram",
    people=Population,
    found_company=found_company,
    keeping=keeping,
    schemes=SCHEMES,
    design=design,
    look_back=close_reviews,
    welcome="您好，我是晨曦茶饮的门店顾问。会员日、新品试喝，我都会第一时间告诉您。",
    account=Account(
        "晨曦茶饮", "谢谢关注晨曦茶饮！会员日每月 8 号，第二杯半价。不想收到消息，回复「退订」就好。", NEAREST
    ),
    vendors={ConnectionKind.SMS: {"sign_name": BRAND_NAME}, ConnectionKind.AICALL: {"script_id": "member-day"}},
    personas=PERSONAS,
    service=(RULES_NAME, RULES),
    shelf=SHELF,
    staff_work=STAFF_WORK,
    sends=(SEND,),
    posts=POSTS,
    enquiries=ENQUIRIES,
    program=PROGRAM,
    desk=DESK,
    errands=ERRANDS,
    code_purpose=lambda name: "arrival" if name == NEAREST else name.partition(" ")[0],
)
