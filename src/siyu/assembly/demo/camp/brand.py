"""The course brand, put together."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import Account, DemoBrand
from siyu.assembly.demo.camp.codes import OPEN_CODE, open_group_code, purpose_of
from siyu.assembly.demo.camp.company import DEMO_EMAIL, DEMO_PASSWORD, OPERATOR_EMAIL, found_company, keeping
from siyu.assembly.demo.camp.designs import design
from siyu.assembly.demo.camp.personas import PERSONAS
from siyu.assembly.demo.camp.segments import SCHEMES
from siyu.assembly.demo.camp.sends import POSTS, SENDS
from siyu.assembly.demo.camp.service import RULES, RULES_NAME
from siyu.assembly.demo.camp.staff_work import DESK, ENQUIRIES, ERRANDS, PROGRAM, STAFF_WORK
from siyu.assembly.demo.camp.words import SHELF
from siyu.assembly.demo.home import CARDS
from siyu.assembly.demo.plans import close_reviews
from siyu.domain.connections.contracts import ConnectionKind
from siyu.world.population.camp.brand import BRAND_NAME
from siyu.world.population.camp.catalogue import EVENT_NAMES
from siyu.world.population.camp.population import Population

CARD: Final = CARDS["camp"]
CAMP: Final = DemoBrand(
    key=CARD.key,
    name=CARD.name,
    seed=CARD.seed,
    customers=CARD.customers,
    email=DEMO_EMAIL,
    password=DEMO_PASSWORD,
    operator_email=OPERATOR_EMAIL,
    event_names=EVENT_NAMES,
    source="intake:courses",
    people=Population,
    found_company=found_company,
    keeping=keeping,
    schemes=SCHEMES,
    design=design,
    look_back=close_reviews,
    welcome="您好，这里是明理财商。记账模板、直播预约、一元小白营名额，直接回复我就好。",
    account=Account(
        "明理财商",
        "谢谢关注明理财商！每周二早八点一节小课；一元小白营每周一开班。不想收到消息，回复「退订」就好。",
        OPEN_CODE,
    ),
    vendors={ConnectionKind.SMS: {"sign_name": BRAND_NAME}, ConnectionKind.AICALL: {"script_id": "camp-call"}},
    personas=PERSONAS,
    service=(RULES_NAME, RULES),
    shelf=SHELF,
    staff_work=STAFF_WORK,
    sends=SENDS,
    posts=POSTS,
    enquiries=ENQUIRIES,
    program=PROGRAM,
    desk=DESK,
    errands=ERRANDS,
    code_purpose=purpose_of,
    settle=open_group_code,
)
