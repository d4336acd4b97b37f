"""What can go wrong with the columns."""

from __future__ import annotations

from siyu.kernel.errors import ConflictError, SiyuError

UNREADABLE_DATA = 117


class ColumnsError(SiyuError):
    """The columns engine refused or failed to do this."""

    code = "columns_error"

    def __init__(self, detail: str = "", *, engine_code: int = 0, engine_name: str = "", engine_text: str = "") -> None:
        """`engine_code` and `engine_name` are ClickHouse's own (60, UNKNOWN_TABLE). `engine_text` may quote rows and
        parameters: for a person at a terminal, never for a log."""
        self.engine_code = engine_code
        self.engine_name = engine_name
        self.engine_text = engine_text
        super().__init__(detail, engine_code=engine_code, engine_name=engine_name)


class ColumnsUnavailableError(SiyuError):
    """The columns engine cannot be reached, or has too much to do."""

    code = "columns_unavailable"


class ColumnsFolderInUseError(ConflictError):
    """Another columns engine has this folder open."""

    code = "columns_folder_in_use"
