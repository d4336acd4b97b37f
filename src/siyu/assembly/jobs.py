"""Which jobs there are, and which of them the clock starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from functools import partial

from siyu.assembly.backups import back_up
from siyu.assembly.coding import sync_entries
from siyu.assembly.customer_bulks import work_customer_bulk
from siyu.assembly.estimates import ESTIMATORS, compute, compute_all
from siyu.assembly.foreseeing import replay
from siyu.assembly.hooking import forget_hook_calls
from siyu.assembly.installation import Installation
from siyu.assembly.mirroring import keep_all_staff, reconcile_contacts, sync_contacts
from siyu.assembly.posts import opened_posts
from siyu.assembly.privacy import erase_customers, export_customers, keep_retention
from siyu.assembly.setting_up import brand_of
from siyu.assembly.wechat import forget_account_callbacks
from siyu.assembly.wechat_followers import sync_followers
from siyu.assembly.wecom_working import forget_callbacks
from siyu.channels.webhook.alerts import AlertWebhook
from siyu.domain.contacts.contracts import CONTACT_RECONCILE_JOB, CONTACT_SYNC_JOB
from siyu.domain.content import service as content
from siyu.domain.customers.contracts import WORK_BULK_JOB
from siyu.domain.hooks.contracts import FORGET_CALLS_JOB
from siyu.domain.journeys.contracts import REPLAY_JOB
from siyu.domain.metrics.contracts import POST_ALERTS_JOB, REPORTS_JOB, WATCH_JOB
from siyu.domain.privacy.contracts import ERASURE_JOB, EXPORT_JOB, RETENTION_JOB
from siyu.domain.segments.contracts import ESTIMATE_JOB, EXPORT_MEMBERS_JOB, FORGET_EXPORTS_JOB
from siyu.domain.tags.contracts import BULK_JOB
from siyu.engines.advising.working import remind_once
from siyu.engines.audience.exporting import export_members, exports_folder, forget_exports
from siyu.engines.inheritance.telling import tell_once
from siyu.engines.insight.metric_alerts import watch_metrics
from siyu.engines.insight.metric_posts import post_alerts
from siyu.engines.insight.reports.sending import Office, send_reports
from siyu.engines.insight.rfm import recut_schemes
from siyu.engines.intake.importing_files import import_folder
from siyu.engines.intake.importing_uploads import JOB as IMPORT_JOB
from siyu.engines.intake.importing_uploads import run_uploaded
from siyu.engines.orchestration.tidying import forget_paths, tidy
from siyu.engines.projection.projecting import COLUMNS_CONSUMER
from siyu.engines.tagging.contracts import RULE_JOB
from siyu.engines.tagging.working import apply_rule, work_bulk
from siyu.kernel.actors import system_actor
from siyu.platform.jobs import Scheduled
from siyu.platform.readiness import lag_seconds

BACKUP_JOB = "back_up"
RECUT_JOB = "recut_rfm"
ESTIMATES_JOB = "compute_estimates"
FORGET_CALLBACKS_JOB = "forget_wecom_callbacks"
TELL_INHERITANCES_JOB = "tell_inheritances"
REMIND_STAFF_JOB = "remind_staff"
KEEP_STAFF_JOB = "keep_contact_staff"
FOLLOWERS_JOB = "compare_followers"
SYNC_LINKS_JOB = "sync_acquisition_links"
TIDY_JOURNEYS_JOB = "tidy_journeys"
FORGET_FILES_JOB = "forget_content_files"

Job = Callable[..., None]
"""Takes the installation, and the arguments it was deferred with by name. It may be run again from any point."""


def import_file(installation: Installation, *, import_id: int) -> None:
    """Imports an uploaded file, from where it stopped if the worker died."""
    run_uploaded(installation.database, import_folder(installation.settings), import_id)


def write_members(installation: Installation, *, export_id: int) -> None:
    """Writes a file of a segment's members."""
    settings = installation.settings
    export_members(installation.database, exports_folder(settings), export_id, settings.zone)


def forget_members(installation: Installation) -> None:
    """Deletes files of members whose time is over."""
    forget_exports(installation.database, exports_folder(installation.settings))


def tag_in_bulk(installation: Installation, *, bulk_id: int) -> None:
    """Tags, or untags, many customers, from where it stopped if the worker died."""
    work_bulk(installation.database, bulk_id)


def work_with_customers(installation: Installation, *, bulk_id: int) -> None:
    """Does something with many customers, from where it stopped if the worker died."""
    work_customer_bulk(installation.database, bulk_id)


def apply_tag_rule(installation: Installation, *, rule_id: int) -> None:
    """Brings a rule that was put in force up to who is in its segment."""
    apply_rule(installation.database, rule_id)


def recut_rfm(installation: Installation) -> None:
    """Finds the cut-offs of RFM schemes anew, and publishes those that are others now."""
    recut_schemes(installation.database, installation.columns, system_actor("insight"))


def compute_one(installation: Installation, *, model: str) -> None:
    """Computes one model of the estimates anew, because somebody asked for it."""
    for each in ESTIMATORS:
        if each == model:
            compute(installation, each)


def watch(installation: Installation) -> None:
    """Holds alert rules against the periods that ended last, as far as the columns know all of them."""
    zone = installation.settings.zone
    with installation.database.read() as reading:
        lag = timedelta(seconds=lag_seconds(reading.driver).get(COLUMNS_CONSUMER, 0.0))
    watch_metrics(installation.database, installation.columns, zone, system_actor("insight"), lag=lag)
    post(installation)


def post(installation: Installation) -> None:
    """Posts alerts to the addresses that their rules name."""
    settings = installation.settings
    if settings.webhook_secret:
        poster = AlertWebhook(settings.webhook_secret, installation.database.clock, installation.http)
        post_alerts(installation.database, poster, system_actor("insight"))


def forget_wecom_callbacks(installation: Installation) -> None:
    """Forgets what WeCom called back with long ago."""
    forget_callbacks(installation.database)


def compare_followers(installation: Installation) -> None:
    """Compares who follows the Official Accounts, and forgets what was called back with long ago."""
    sync_followers(installation.database)
    forget_account_callbacks(installation.database)


def report(installation: Installation) -> None:
    """Sends the reports that are due, and those that somebody asked for."""
    settings = installation.settings
    with opened_posts(installation) as posts:
        send_reports(
            Office(
                database=installation.database,
                columns=installation.columns,
                zone=settings.zone,
                posts=posts,
                brand=brand_of(settings, installation.database),
                base_url=settings.base_url,
            )
        )


def tell_inheritances(installation: Installation) -> None:
    """Tells managers of who has left and whom they left behind, and who asked for an inheritance what came of it."""
    with opened_posts(installation) as posts:
        tell_once(installation.database, posts, installation.settings.base_url)


def remind_staff(installation: Installation) -> None:
    """Tells staff of tasks that are due soon."""
    settings = installation.settings
    with opened_posts(installation) as posts:
        remind_once(installation.database, posts, settings.base_url, settings.zone)


def keep_contact_staff(installation: Installation) -> None:
    """Brings staff up to the members of every corp: nobody tells a connected application that somebody has left."""
    keep_all_staff(installation)


def tidy_journeys(installation: Installation) -> None:
    """Takes away what versions of journeys needed that nobody walks any more, and the paths of those who ended long ago."""
    tidy(installation.database)
    forget_paths(installation.database)


def forget_content_files(installation: Installation) -> None:
    """Forgets files that were uploaded and that no material ever showed."""
    with installation.database.begin() as work:
        content.forget_files(work, system_actor("content"))
    with installation.database.begin() as work:
        content.sweep_files(work, system_actor("content"), installation.settings.home / "files" / "materials")


JOBS: Mapping[str, Job] = {
    BULK_JOB: tag_in_bulk,
    WORK_BULK_JOB: work_with_customers,
    RULE_JOB: apply_tag_rule,
    EXPORT_JOB: export_customers,
    ERASURE_JOB: erase_customers,
    RETENTION_JOB: keep_retention,
    IMPORT_JOB: import_file,
    EXPORT_MEMBERS_JOB: write_members,
    FORGET_EXPORTS_JOB: forget_members,
    REPLAY_JOB: replay,
    RECUT_JOB: recut_rfm,
    WATCH_JOB: watch,
    REPORTS_JOB: report,
    POST_ALERTS_JOB: post,
    ESTIMATES_JOB: compute_all,
    ESTIMATE_JOB: compute_one,
    FORGET_CALLBACKS_JOB: forget_wecom_callbacks,
    TELL_INHERITANCES_JOB: tell_inheritances,
    REMIND_STAFF_JOB: remind_staff,
    KEEP_STAFF_JOB: keep_contact_staff,
    CONTACT_SYNC_JOB: sync_contacts,
    CONTACT_RECONCILE_JOB: reconcile_contacts,
    SYNC_LINKS_JOB: sync_entries,
    FOLLOWERS_JOB: compare_followers,
    FORGET_CALLS_JOB: forget_hook_calls,
    TIDY_JOURNEYS_JOB: tidy_journeys,
    FORGET_FILES_JOB: forget_content_files,
    BACKUP_JOB: back_up,
}

SCHEDULE: Sequence[Scheduled] = (
    Scheduled(FORGET_FILES_JOB, "50 18 * * *"),
    Scheduled(RECUT_JOB, "20 18 * * *"),
    Scheduled(ESTIMATES_JOB, "30 18 * * *"),
    Scheduled(WATCH_JOB, "25 * * * *"),
    Scheduled(REPORTS_JOB, "*/5 * * * *"),
    Scheduled(POST_ALERTS_JOB, "*/5 * * * *"),
    Scheduled(RETENTION_JOB, "40 19 * * *"),
    Scheduled(FORGET_CALLBACKS_JOB, "55 18 * * *"),
    Scheduled(TELL_INHERITANCES_JOB, "2-59/5 * * * *"),
    Scheduled(REMIND_STAFF_JOB, "4-59/5 * * * *"),
    Scheduled(KEEP_STAFF_JOB, "12 * * * *"),
    Scheduled(CONTACT_RECONCILE_JOB, "15 17 * * *"),
    Scheduled(SYNC_LINKS_JOB, "5 18 * * *"),
    Scheduled(FOLLOWERS_JOB, "35 17 * * *"),
    Scheduled(FORGET_CALLS_JOB, "15 18 * * *"),
    Scheduled(TIDY_JOURNEYS_JOB, "45 18 * * *"),
    Scheduled(BACKUP_JOB, "10 19 * * *"),
    Scheduled(ERASURE_JOB, "5 * * * *"),
    Scheduled(EXPORT_JOB, "35 * * * *"),
    Scheduled(FORGET_EXPORTS_JOB, "50 * * * *"),
)
"""In UTC. Erasures and exports begin when they are asked for; hourly those are taken up whose job was given up."""


def jobs_of(installation: Installation) -> dict[str, Callable[..., None]]:
    """All jobs, ready to be run with this installation."""
    return {name: partial(job, installation) for name, job in JOBS.items()}
