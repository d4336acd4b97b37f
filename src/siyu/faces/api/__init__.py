"""The HTTP API: the console's and that of programs, and the intake door.

A router module exposes `router = APIRouter()`, names its functions as the operations of the OpenAPI document are to be called,
takes what it needs by the annotations of `access.py`, and is listed in `app.py`. It calls verbs; it decides nothing.
"""
