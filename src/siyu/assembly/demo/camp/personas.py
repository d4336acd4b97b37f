"""Who speaks to the course brand's customers: founder, assistant, expert, class teachers."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.brand import Played
from siyu.assembly.demo.camp.company import ASSISTANT, EXPERT, FOUNDER
from siyu.assembly.demo.personas import DRESSING
from siyu.domain.company.contracts import PersonaDraft, PersonaLimits

PERSONAS: Final = (
    Played(
        PersonaDraft(
            "明理老周",
            role="创始人",
            tone="讲自己的经历，少讲道理；不点评个股，不许诺收益，一周发两条朋友圈。",
            welcome="您好，我是老周。有什么想聊的直接说，我不一定秒回，但都会看。",
            stages=("会员 VIP",),
            dressing=DRESSING,
            limits=PersonaLimits(daily_adds=30),
        ),
        frozenset({FOUNDER}),
    ),
    Played(
        PersonaDraft(
            "福利官小满",
            role="福利官",
            tone="活泼，自称「小满」，短句；只发资料和活动，问到课程请转班主任。",
            welcome="嗨，我是小满～记账模板、直播预约、一元课名额，都找我。",
            stages=("认知", "粉丝"),
            dressing=DRESSING,
            limits=PersonaLimits(daily_adds=400),
        ),
        frozenset({ASSISTANT}),
    ),
    Played(
        PersonaDraft(
            "方老师",
            role="财经专家",
            tone="先问情况再回答，讲原理给例子；遇到产品问题只讲怎么看合同，不推荐、不预测。",
            welcome="您好，我是方老师。有问题请把背景说清楚一点，我给您讲明白道理。",
            stages=("购买", "会员 VIP"),
            dressing=DRESSING,
            limits=PersonaLimits(daily_adds=60),
        ),
        frozenset({EXPERT}),
    ),
    Played(
        PersonaDraft(
            "班主任",
            role="专属顾问",
            tone="像邻家老师：记得每个人的目标，催课不催单，做得好就夸具体的地方。",
            welcome="您好，我是您的班主任，这七天有任何问题都可以直接问我。",
            stages=("粉丝", "互动", "购买"),
            dressing=DRESSING,
            limits=PersonaLimits(daily_adds=120),
        ),
        others=True,
    ),
)
