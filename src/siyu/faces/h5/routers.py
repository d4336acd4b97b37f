"""What is served to customers, for the application to include."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter

from siyu.faces.h5 import codes, codes_placing, codes_stores, forms, links, preferences, shares

ROUTERS: Final[tuple[APIRouter, ...]] = (
    links.router,
    shares.router,
    preferences.router,
    forms.router,
    codes_stores.router,
    codes_placing.router,
    codes.router,
)
