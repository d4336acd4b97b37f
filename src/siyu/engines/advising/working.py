"""What time alone does to staff work: tasks are given up, leads come back to the pool or are shared out, staff are reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from html import escape
from zoneinfo import ZoneInfo

from siyu.domain.company import reading as company
from siyu.domain.company.contracts import Letter, PostDelayedError, PostRefusedError, StaffPost
from siyu.domain.entries import service as entries
from siyu.domain.tasks import service as tasks
from siyu.domain.tasks.contracts import DueTask
from siyu.engines.advising.contracts import ACTOR
from siyu.platform.logs import get_logger
from siyu.platform.postgres.database import Database

AHEAD = timedelta(minutes=30)
"""So long before a task is due its member of the staff is told."""

log = get_logger(__name__)


def expire_once(database: Database) -> int:
    """Gives up tasks whose time is over; gives how many it saw to."""
    with database.begin() as work:
        return tasks.expire_tasks(work, ACTOR)


def keep_leads_once(database: Database) -> int:
    """Shares new leads out and brings back to the pool what nobody cares for; gives how many it moved."""
    with database.begin() as work:
        moved = entries.recycle_leads(work, ACTOR)
    with database.begin() as work:
        return moved + entries.share_leads(work, ACTOR)


def remind_once(database: Database, posts: Mapping[str, StaffPost], base_url: str, zone: ZoneInfo) -> int:
    """Tells staff of tasks that are due soon, in one letter each; gives how many letters went out. That it is to go is written down
    before it goes. Without any way nothing is taken for told."""
    if not posts:
        return 0
    with database.begin() as work:
        due = tasks.take_reminders(work, ACTOR, AHEAD)
    sent = 0
    for staff_id in sorted({each.staff_id for each in due}):
        theirs = [each for each in due if each.staff_id == staff_id]
        sent += _post(database, posts, staff_id, reminder(theirs, base_url, zone))
    return sent


def reminder(due: Sequence[DueTask], base_url: str, zone: ZoneInfo) -> Letter:
    """Of which tasks somebody is to be reminded; it names no customer."""
    first = min(each.due_at for each in due).astimezone(zone)
    title = f"有 {len(due)} 个任务快到期 · {len(due)} tasks are due soon"
    line = f"最早的在 {first:%H:%M} 到期 · the first is due at {first:%H:%M}"
    link, opens = f"{base_url}/tasks", "打开任务 · Open"
    html = f"<h1 style='font-size:18px'>{escape(title)}</h1><p>{escape(line)}</p><p><a href='{escape(link)}'>{opens}</a></p>"
    key = f"tasks:{due[0].staff_id}:{min(each.task_id for each in due)}"
    return Letter(key, title, html, f"{title}\n\n{line}\n\n{opens}: {link}", [(opens, link)], line)


def _post(database: Database, posts: Mapping[str, StaffPost], staff_id: int, letter: Letter) -> bool:
    with database.read() as reading:
        found = company.find_reader(reading, staff_id)
    if found is None:
        return False
    for name, post in posts.items():
        try:
            post.post(found[0], letter)
        except (PostDelayedError, PostRefusedError) as error:
            log.info("letter_refused", way=name, staff_id=staff_id, reason=error.code)
        except Exception as error:
            log.error("letter_lost", way=name, staff_id=staff_id, exc_info=error)
            return False
        else:
            return True
    return False
