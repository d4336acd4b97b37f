"""Templates for who is there: their words and their rhythm, Chinese and English. Part of `templates`."""

from __future__ import annotations

from siyu.domain.journeys.templates_shapes import ORDER, Act, Hour, JourneyTemplate, Two, message, task

SLEEPERS = JourneyTemplate(
    "wake_sleepers",
    ("唤醒沉睡客户", "Wake the sleepers"),
    ("两条消息、一次顾问跟进，之后不再打扰", "Two messages, one call by the adviser, then peace"),
    (
        "让久未购买的客户再买一次，不打扰不该打扰的人。",
        "Bring back who has not bought for long; leave others in peace.",
    ),
    "segment",
    (
        Hour(
            0,
            "10:00",
            (
                message(
                    ("好久不见", "It has been a while"),
                    (
                        "{{ name|朋友 }}，好久不见。您上次买的那款有了新版，给老朋友留了一份。",
                        "{{ name|friend }}, it has been a while. What you bought "
                        "last has a new edition, and one is kept for old friends.",
                    ),
                ),
            ),
        ),
        Hour(
            3,
            "19:30",
            (
                message(
                    ("给老朋友的券", "For old friends"),
                    (
                        "{{ name|朋友 }}，给您的回归券还有三天，用得上就用，不用也没关系。",
                        "{{ name|friend }}, your coupon holds three more days. Use it or leave it.",
                    ),
                ),
            ),
        ),
        Hour(
            7,
            "10:00",
            (
                task(
                    ("问一句原因", "Ask why"),
                    (
                        "想跟您确认一下，是暂时用不上，还是哪里没做好？（记下流失原因，不推销）",
                        "Is it not needed now, or did we do something badly? (Note the reason; do not sell.)",
                    ),
                    3 * 24 * 60,
                ),
            ),
        ),
    ),
    goal_event=ORDER,
    goal_leaves=True,
)

BIRTHDAY = JourneyTemplate(
    "birthday",
    ("生日关怀", "Birthday"),
    ("生日前三天送礼，当天祝福", "A gift three days before, wishes on the day"),
    ("让客户在生日时想起我们，并回来一次。", "On their birthday customers think of us, and come by."),
    "birthday",
    (
        Hour(
            0,
            None,
            (
                message(
                    ("生日礼到了", "Your birthday gift"),
                    (
                        "{{ name|朋友 }}，您的生日快到了，准备了一份生日礼，七天内到店或下单可用。",
                        "{{ name|friend }}, your birthday is near: a gift is waiting, for seven days.",
                    ),
                ),
            ),
        ),
        Hour(
            3,
            "09:00",
            (
                message(
                    ("生日快乐", "Happy birthday"),
                    (
                        "{{ name|朋友 }}，生日快乐！愿您新的一岁平安喜乐。",
                        "Happy birthday, {{ name|friend }}! A year of health and joy.",
                    ),
                    is_service=True,
                ),
            ),
        ),
    ),
    goal_event=ORDER,
    goal_days=10,
    may_come_again=True,
)

REPURCHASE = JourneyTemplate(
    "repurchase",
    ("下单后复购", "The next order"),
    ("会用、用得好、该补货时提醒", "Can use it, likes it, is reminded in time"),
    ("三十天内带来第二单。", "A second order within thirty days."),
    ORDER,
    (
        Hour(
            1,
            "10:00",
            (
                message(
                    ("怎么用最好", "How to use it best"),
                    (
                        "{{ name|朋友 }}，谢谢您的信任。这里有三个小技巧，能用得更好。",
                        "{{ name|friend }}, thank you. Three small tricks to get more out of it.",
                    ),
                    is_service=True,
                ),
            ),
        ),
        Hour(
            7,
            "19:30",
            (
                task(
                    ("回访：满意吗", "Ask how it is"),
                    (
                        "用了一周感觉怎么样？有没有不顺手的地方？（不满意的当天处理，满意的请写一句评价）",
                        "How was the first week? (Not content: solve it today; content: ask for a line of review.)",
                    ),
                ),
            ),
        ),
        Hour(
            21,
            "10:00",
            (
                message(
                    ("该补货了", "Time for more"),
                    (
                        "{{ name|朋友 }}，按用量算差不多该补货了，老客户复购价给您留着。",
                        "{{ name|friend }}, you may be running low; the price for regulars is kept for you.",
                    ),
                ),
            ),
        ),
    ),
    goal_name=("再次下单", "The next order"),
    goal_event=ORDER,
    goal_days=30,
    may_come_again=True,
)


def _post(name: Two, text: Two) -> tuple[Act, ...]:
    return (Act("group_message", name, text),)


GROUP = JourneyTemplate(
    "group_opening_week",
    ("社群开群一周", "A group's opening week"),
    ("欢迎与群规、每日话题、群内福利、收尾", "Welcome and rules, a topic a day, a treat, the end"),
    ("一周内让一半群友开口。", "Within a week half of the group has said something."),
    "by_hand",
    (
        Hour(
            0,
            None,
            _post(
                ("欢迎与群规", "Welcome and rules"),
                (
                    "欢迎大家！这个群只做三件事：每天一条有用的、每周一次福利、有问必答。群规：不发广告，不私加。",
                    "Welcome! Three things here: something useful every "
                    "day, a treat every week, answers always. No ads, please.",
                ),
            ),
        ),
        Hour(
            1,
            "09:00",
            _post(
                ("接龙认识一下", "Who is here"),
                (
                    "接龙：称呼 + 城市 + 最想解决的一个问题。",
                    "Your name, your town, the one thing you would like to solve.",
                ),
            ),
        ),
        Hour(
            2,
            "12:00",
            _post(
                ("今日话题", "Today's topic"),
                ("今天聊聊：你踩过最贵的坑是什么？", "Today: what was your most expensive mistake?"),
            ),
        ),
        Hour(
            3,
            "20:00",
            _post(
                ("答疑专场", "An evening of answers"),
                (
                    "今晚 8 点半小时答疑，现在就可以把问题发出来。",
                    "Tonight at 8: half an hour of answers; post your questions now.",
                ),
            ),
        ),
        Hour(
            5,
            "12:00",
            _post(
                ("群友福利", "A treat for the group"),
                ("本群专享福利，今天 12 点到 20 点有效。", "For this group alone, from 12 to 20 today."),
            ),
        ),
        Hour(
            7,
            "20:00",
            _post(
                ("一周小结", "A week together"),
                (
                    "第一周结束，谢谢大家。下周想聊什么？回复 1、2、3。",
                    "The first week is over, thank you. What next? Answer 1, 2 or 3.",
                ),
            ),
        ),
    ),
    subject="group",
)


def _moment(day: int, at: str, name: Two, text: Two) -> Hour:
    return Hour(day, at, (Act("moment", name, text),))


MOMENTS = JourneyTemplate(
    "moments_month",
    ("朋友圈一个月", "A month of moments"),
    ("每周三条：专业、生活、客户，不刷屏", "Three a week: knowledge, life, customers; no flood"),
    ("让好友愿意看，不被屏蔽。", "Friends like to see it, and nobody mutes us."),
    "by_hand",
    tuple(
        _moment(week * 7 + day, at, name, text)
        for week in range(4)
        for day, at, name, text in (
            (
                1,
                "12:00",
                (f"第 {week + 1} 周 · 专业", f"Week {week + 1}: knowledge"),
                ("今天被问得最多的一个问题，三句话说清楚：", "The question asked most today, in three sentences:"),
            ),
            (
                3,
                "20:00",
                (f"第 {week + 1} 周 · 生活", f"Week {week + 1}: life"),
                ("今天的一点小确幸：", "A small joy of today:"),
            ),
            (
                5,
                "18:30",
                (f"第 {week + 1} 周 · 客户", f"Week {week + 1}: a customer"),
                ("一位客户的反馈（已征得同意）：", "A customer's words (with her consent):"),
            ),
        )
    ),
    subject="account",
)
