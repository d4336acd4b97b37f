"""`siyu segment`: try a definition, look at segments, bring them up to date, explain, check, export."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siyu.platform.settings import load_settings

if TYPE_CHECKING:
    from siyu.faces.explaining import ExplainedNode

segment = typer.Typer(help="人群 · Segments.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON · tell it as JSON")]
SegmentId = Annotated[int, typer.Argument(min=1, help="人群编号 · the segment's id")]
AnyId = Annotated[int | None, typer.Argument(min=1, help="人群编号；不写则全部 · the segment's id; none: all of them")]


def add_commands(app: typer.Typer) -> None:
    """`segment preview`, `list`, `refresh`, `explain`, `audit` and `export`."""
    app.add_typer(segment, name="segment")


@segment.callback()
def about() -> None:
    """人群 · Segments."""


@segment.command("preview")
def preview(
    file: Annotated[Path, typer.Argument(help="定义（JSON） · the definition, as JSON", exists=True, dir_okay=False)],
    at: Annotated[datetime | None, typer.Option("--at", help="按哪一刻；默认现在 · as of when; now by default")] = None,
    is_json: AsJson = False,
) -> None:
    """试算一个定义：多少人，哪些人 · Try a definition: how many, and some of them."""
    from siyu.assembly.installation import open_installation
    from siyu.domain.segments import service
    from siyu.engines.audience.evaluate import EVERYTHING
    from siyu.engines.audience.evaluate import preview as ask
    from siyu.engines.audience.sets import StoredSets
    from siyu.faces.naming import namer_of
    from siyu.kernel.actors import system_actor
    from siyu.kernel.errors import InvalidError

    settings = load_settings()
    try:
        document = json.loads(file.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise InvalidError("The file is not JSON.") from error
    with open_installation(settings) as installation:
        database = installation.database
        with database.read() as reading:
            asked = service.understand(reading, system_actor("cli"), document, namer=namer_of(reading))
        as_of = at.replace(tzinfo=at.tzinfo or settings.zone) if at is not None else database.clock.now()
        found = ask(
            installation.columns, asked.expanded, as_of, EVERYTHING, zone=settings.zone, sets=StoredSets(database)
        )
    if is_json:
        told = {
            "count": found.count,
            "total": found.total,
            "elapsed_ms": found.elapsed_ms,
            "sentence_zh": asked.sentence_zh,
            "sentence_en": asked.sentence_en,
            "sample": list(found.sample_ids),
        }
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        return
    sys.stdout.write(
        f"{asked.sentence_zh}\n{asked.sentence_en}\n{found.count} / {found.total}（{found.elapsed_ms} ms）\n"
    )
    sys.stdout.write(" ".join(f"#{each}" for each in found.sample_ids) + "\n")


@segment.command("list")
def list_all(is_json: AsJson = False) -> None:
    """列出人群 · List segments."""
    from siyu.assembly.installation import open_installation
    from siyu.domain.segments import service
    from siyu.faces.naming import namer_of
    from siyu.kernel.actors import system_actor
    from siyu.kernel.paging import MAX_PAGE_SIZE, PageRequest

    with open_installation(load_settings()) as installation, installation.database.read() as reading:
        page: PageRequest | None = PageRequest(size=MAX_PAGE_SIZE)
        while page is not None:
            found = service.list_segments(reading, system_actor("cli"), page, namer=namer_of(reading))
            for each in found.rows:
                size = each.state.size
                if is_json:
                    told = {
                        "segment_id": each.segment_id,
                        "name": each.name,
                        "status": each.status.value,
                        "version": each.version,
                        "size": size,
                        "sentence_zh": each.sentence_zh,
                        "sentence_en": each.sentence_en,
                    }
                    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
                else:
                    shown = "-" if size is None else str(size)
                    sys.stdout.write(f"{each.segment_id:>6} {each.status.value:8} {shown:>10} {each.name}\n")
            page = PageRequest(size=MAX_PAGE_SIZE, after=found.next_after) if found.next_after else None


@segment.command("refresh")
def refresh(segment_id: AnyId = None) -> None:
    """现在就更新人群 · Bring segments up to date, now; otherwise it happens by itself."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.loops import audience
    from siyu.engines.audience.refresh import refresh_all, refresh_now
    from siyu.kernel.actors import system_actor

    with open_installation(load_settings(), uses_reserved_slots=True) as installation:
        if segment_id is None:
            sys.stdout.write(f"{refresh_all(audience(installation))} 个人群 · segments\n")
            return
        change = refresh_now(audience(installation), system_actor("cli"), segment_id)
    sys.stdout.write(
        f"{change.size} 人，进 {change.entered}，出 {change.exited}"
        f" · {change.size} in it, {change.entered} entered, {change.exited} exited\n"
    )


@segment.command("explain")
def explain(
    segment_id: SegmentId,
    customer_id: Annotated[int, typer.Argument(min=1, help="客户编号 · the customer's id")],
    is_json: AsJson = False,
) -> None:
    """解释一位客户为何在或不在 · Tell why a customer is in a segment, or not."""
    from siyu.assembly.installation import open_installation
    from siyu.faces.explaining import explained
    from siyu.kernel.actors import system_actor

    settings = load_settings()
    with open_installation(settings) as installation:
        found = explained(
            installation.database, installation.columns, settings.zone, system_actor("cli"), segment_id, customer_id
        )
    if is_json:
        sys.stdout.write(found.model_dump_json() + "\n")
        return
    sys.stdout.write("符合 · matches\n" if found.matches else "不符合 · does not match\n")
    _tell(found.node, 0)


def _tell(node: ExplainedNode, depth: int) -> None:
    seen = f"（{node.observed_zh} · {node.observed_en}）" if node.observed_zh else ""
    sys.stdout.write(f"{'  ' * depth}{'✓' if node.holds else '✗'} {node.sentence_zh} · {node.sentence_en}{seen}\n")
    for each in node.of:
        _tell(each, depth + 1)


@segment.command("audit")
def audit(segment_id: AnyId = None) -> None:
    """核对人群成员是否正确；有出入则以 1 结束 · Check who is in segments; ends with 1 where that is not right."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.loops import audience
    from siyu.engines.audience.auditing import audit as compare

    with open_installation(load_settings(), uses_reserved_slots=True) as installation:
        found = compare(audience(installation), None if segment_id is None else [segment_id])
    for each in found:
        told = "✓" if each.is_right else f"✗ 多 · too many {len(each.wrongly_in)}, 少 · missing {len(each.wrongly_out)}"
        sys.stdout.write(f"{each.segment_id:>6} {each.checked:>10} {told}\n")
    if not all(each.is_right for each in found):
        raise typer.Exit(1)


@segment.command("export")
def export(
    segment_id: SegmentId,
    file: Annotated[Path, typer.Argument(help="写到哪个新文件 · the new file to write", dir_okay=False)],
    file_format: Annotated[
        str | None, typer.Option("--format", help="csv、xlsx 或 parquet；默认看文件名 · by the file's name by default")
    ] = None,
    columns: Annotated[
        str, typer.Option("--columns", help="列名，逗号分隔 · columns, separated by commas; attribute:NAME for others")
    ] = "customer_id,name,contact,city,first_seen_at,last_seen_at",
) -> None:
    """把成员写进文件；记入审计 · Write the members into a file; the audit tells of it."""
    from siyu.assembly.installation import open_installation
    from siyu.domain.segments.contracts import ExportFormat
    from siyu.engines.audience.exporting import export_to
    from siyu.kernel.actors import system_actor

    name = (file_format or file.suffix.removeprefix(".")).lower()
    if name not in list(ExportFormat):
        raise typer.BadParameter("csv, xlsx, parquet", param_hint="--format")
    if file.exists():
        raise typer.BadParameter(f"{file} 已经存在 · is there already", param_hint="FILE")
    settings = load_settings()
    chosen = [each.strip() for each in columns.split(",") if each.strip()]
    with open_installation(settings) as installation:
        rows = export_to(
            installation.database, settings, file, system_actor("cli"), segment_id, ExportFormat(name), chosen
        )
    sys.stdout.write(f"{rows} 行 · rows\n")
