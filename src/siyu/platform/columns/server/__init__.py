"""The embedded columns engine as a child process: chdb behind as much of ClickHouse's HTTP protocol as its client uses.

`python -m siyu.platform.columns.server --folder F --port P`, password in the environment. One thread for each client
connection; one engine connection for each request, so that no setting of one request is seen by the next, and queries
run side by side. The parts: `statements` (where an INSERT's data begin), `bodies` (request bodies as they travel), `slots`
(how many queries run), `engine` (chdb), `watch` (clients that left), `queries` (one request, start to end), `http`.
"""

USER = "siyu"
"""The user of the embedded engine's URL. The engine itself runs everything as its own user `default`."""

DATABASE = "siyu"
"""The database that the embedded engine makes at start."""

PASSWORD_VARIABLE = "SIYU_COLUMNS_PASSWORD"  # noqa: S105 - the name of a variable, not a password

SERVER_NAME = "siyu-columns"
"""Sent as X-ClickHouse-Server-Display-Name, so that a readiness check knows its own child from a stranger on the port."""

RESERVED_HEADER = "X-Siyu-Reserved"
"""A request with this header may use the slots kept free for audience. A ClickHouse of the operator's own ignores it."""

EXIT_FOLDER_IN_USE = 73
EXIT_PORT_IN_USE = 74
EXIT_ENGINE_FAILED = 75
