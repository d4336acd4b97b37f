"""What has changed is told at once, to pages that show it."""

from alembic import op

revision = "0057"
down_revision = "0058"

SQL = """
-- Tells the topic alone, never whom or what it is about. Statements that found nothing to change tell nothing: workers look
-- for work twice a second. For tables of few and small statements; a notice in every commit would halve a busy door's speed.
CREATE FUNCTION log.tell_live() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM changed) THEN
        PERFORM pg_notify('siyu_live', TG_ARGV[0]);
    END IF;
    RETURN NULL;
END
$$;
"""

TOPICS = {
    "definitions.definitions": "definitions",
    "imports.imports": "imports",
    "segments.states": "segments",
    "segments.sizes": "segments",
    "segments.lists": "segments",
    "segments.exports": "exports",
    "journeys.journeys": "journeys",
    "journeys.counts": "journeys",
    "journeys.replays": "journeys",
    "journeys.trainings": "journeys",
    "sends.runs": "sends",
    "sends.posts": "sends",
    "sends.post_tasks": "sends",
    "messages.channel_days": "sends",
    "messages.hand_tasks": "tasks",
    "tasks.tasks": "tasks",
    "entries.leads": "leads",
    "metrics.checks": "alerts",
    "metrics.report_runs": "reports",
    "metrics.statement_runs": "reports",
    "privacy.requests": "privacy",
    "privacy.progress": "privacy",
    "contacts.syncs": "contacts",
    "contacts.inheritances": "inheritances",
    "contacts.handovers": "inheritances",
    "service.conversations": "service",
    "service.messages": "service",
    "tags.bulks": "tags",
    "hooks.calls": "hooks",
    "company.wecom_corps": "connections",
    "connections.connections": "connections",
}
"""Which table's changes are which topic."""


def trigger(table: str, topic: str, what: str) -> str:
    """One trigger: PostgreSQL shows what changed to triggers of one kind of change only."""
    rows = "OLD" if what == "delete" else "NEW"
    return (
        f"CREATE TRIGGER tells_live_{what} AFTER {what.upper()} ON {table} REFERENCING {rows} TABLE AS changed"
        f" FOR EACH STATEMENT EXECUTE FUNCTION log.tell_live('{topic}')"
    )


def upgrade() -> None:
    op.execute(SQL)
    for table, topic in TOPICS.items():
        for what in ("insert", "update", "delete"):
            op.execute(trigger(table, topic, what))
    # Streams end with their sessions: who logs out, or is let go.
    op.execute(trigger("company.sessions", "sessions", "delete"))
    op.execute(trigger("company.staff", "sessions", "update"))
