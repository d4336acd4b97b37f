"""The audit is searched: by who, by what was done, to what, whether it was refused, and when."""

from alembic import op

revision = "0071"
down_revision = "0070"

SQL = """
-- Each ends with the moment: the newest lines come first whatever is asked for, and a span of time is a part of the index.
CREATE INDEX audit_at ON company.audit (at, audit_id);
CREATE INDEX audit_actor ON company.audit (actor_kind, actor_id, at);
CREATE INDEX audit_verb ON company.audit (verb, at);
CREATE INDEX audit_room ON company.audit (split_part(verb, '.', 1), at);
CREATE INDEX audit_subject ON company.audit (subject, at);
CREATE INDEX audit_subject_kind ON company.audit (split_part(subject, ':', 1), at);
CREATE INDEX audit_denied ON company.audit (at) WHERE outcome = 'denied';
ANALYZE company.audit;
"""


def upgrade() -> None:
    op.execute(SQL)
