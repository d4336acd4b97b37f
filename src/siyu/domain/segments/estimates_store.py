"""Every statement about editions of estimates."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.types.json import Json

from siyu.domain.segments.estimates_contracts import EstimateModel, EstimateState, EstimateTrouble

Driver = psycopg.Connection[Any]

_STATE = "SELECT model, edition, computed_at, as_of, customers, parameters, tried_at, trouble FROM segments.estimates"


def editions(driver: Driver) -> dict[str, int]:
    """The edition in force of each model that has one."""
    return dict(driver.execute("SELECT model, edition FROM segments.estimates WHERE edition > 0").fetchall())


def find_state(driver: Driver, model: EstimateModel) -> EstimateState | None:
    row = driver.execute(f"{_STATE} WHERE model = %s", (model,)).fetchone()
    return EstimateState(*row) if row else None


def states(driver: Driver) -> list[EstimateState]:
    """All models that were ever tried."""
    return [EstimateState(*row) for row in driver.execute(f"{_STATE} ORDER BY model").fetchall()]


def save_edition(driver: Driver, state: EstimateState) -> None:
    """Puts an edition in force."""
    driver.execute(
        """
        INSERT INTO segments.estimates (model, edition, computed_at, as_of, customers, parameters, tried_at, trouble)
        VALUES (%s, %s, %s, %s, %s, %s, %s, NULL)
        ON CONFLICT (model) DO UPDATE SET edition = excluded.edition, computed_at = excluded.computed_at,
            as_of = excluded.as_of, customers = excluded.customers, parameters = excluded.parameters,
            tried_at = excluded.tried_at, trouble = NULL
        """,
        (
            state.model,
            state.edition,
            state.computed_at,
            state.as_of,
            state.customers,
            Json(dict(state.parameters)),
            state.tried_at,
        ),
    )


def save_trouble(driver: Driver, model: EstimateModel, at: Any, trouble: EstimateTrouble) -> None:
    """Notes a try that came to nothing; what is in force stays."""
    driver.execute(
        """
        INSERT INTO segments.estimates (model, tried_at, trouble) VALUES (%s, %s, %s)
        ON CONFLICT (model) DO UPDATE SET tried_at = excluded.tried_at, trouble = excluded.trouble
        """,
        (model, at, trouble),
    )
