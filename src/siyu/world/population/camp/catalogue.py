"""The names of everything that people do on the course platform, and whatever else the course brand hears of."""

from __future__ import annotations

PAGE_VIEWED = "page_viewed"
ARTICLE_READ = "article_read"
VIDEO_WATCHED = "video_watched"
LESSON_OPENED = "lesson_opened"
LESSON_FINISHED = "lesson_finished"
CHECKED_IN = "checked_in"
HOMEWORK_HANDED_IN = "homework_handed_in"
QUIZ_TAKEN = "quiz_taken"
LIVE_JOINED = "live_joined"
SHARE_SENT = "share_sent"
ORDER_COMPLETED = "order_completed"
ORDER_REFUNDED = "order_refunded"
CONSENT_GRANTED = "consent_granted"
CONSENT_WITHDRAWN = "consent_withdrawn"

CONTENT = frozenset({ARTICLE_READ, VIDEO_WATCHED, LESSON_OPENED, LESSON_FINISHED, LIVE_JOINED})
"""Consuming content, of which the brand's north star counts people a day."""

EVENT_NAMES = frozenset(
    {
        *CONTENT,
        PAGE_VIEWED,
        CHECKED_IN,
        HOMEWORK_HANDED_IN,
        QUIZ_TAKEN,
        SHARE_SENT,
        ORDER_COMPLETED,
        ORDER_REFUNDED,
        CONSENT_GRANTED,
        CONSENT_WITHDRAWN,
    }
)
"""What people do; beside these they tell who they are, which has no name."""

ONLINE = frozenset({PAGE_VIEWED, ARTICLE_READ, VIDEO_WATCHED, LESSON_OPENED, LIVE_JOINED, SHARE_SENT})
"""What is done on a telephone, which says what it is and in which city."""
