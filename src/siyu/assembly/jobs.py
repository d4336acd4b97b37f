"""Which jobs there are, and which of them the clock starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from siyu.assembly.installation import Installation
from siyu.assembly.privacy import erase_customers, export_customers, keep_retention
from siyu.domain.privacy.contracts import ERASURE_JOB, EXPORT_JOB, RETENTION_JOB
from siyu.platform.jobs import Scheduled

Job = Callable[..., None]
"""Takes the installation, and the arguments it was deferred with by name. It may be run again from any point."""

JOBS: Mapping[str, Job] = {
    EXPORT_JOB: export_customers,
    ERASURE_JOB: erase_customers,
    RETENTION_JOB: keep_retention,
}

SCHEDULE: Sequence[Scheduled] = (Scheduled(RETENTION_JOB, "40 19 * * *"),)
"""In UTC."""


def jobs_of(installation: Installation) -> dict[str, Callable[..., None]]:
    """All jobs, ready to be run with this installation."""
    return {name: partial(job, installation) for name, job in JOBS.items()}
