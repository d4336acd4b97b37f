"""The course brand's terms, as campaigns."""

from __future__ import annotations

from typing import Final

from siyu.assembly.demo.plans import Campaigns

CAMPAIGNS: Final = Campaigns(
    template="training_camp",
    running=("本期 7 天营 · 招生到转化", 9),
    reviewed=("上一期 7 天营", 30),
    ahead=("holiday_sale", "年终复盘季 · 老学员专场", 21),
    targets={"paid_fen": 3_500, "camp_payers": 0.1, "course_buyers": 0.006},
    budget_fen=(1_800_000, 400_000, 300_000),
    numbers=("paid_fen", "camp_payers", "learners", "course_buyers"),
    went_well="开营前夜的问卷催得早，班主任第一天就叫得出每个人的目标。\n第六天直播答疑提前排了嘉宾，到场的人比上期多。",
    went_badly="第三天课推晚了四十分钟，当天开课的人少了一截。\n结营礼券的说明没讲清楚，退费的人里一半是误会。",
    actions=("课推提前到早上七点五十并自动重发", "结营礼券的说明写进第五天的话术"),
)
"""Budget: advertising, content, gifts."""
