"""`siyu import`: files of orders and events."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from siyu.kernel.actors import system_actor
from siyu.platform.settings import load_settings

if TYPE_CHECKING:
    from siyu.engines.intake.importing import ImportProgress, RowImport

imports = typer.Typer(help="导入文件 · Import files of orders and events (CSV, UTF-8).", no_args_is_help=True)

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="CSV 文件 · the file")]
Customer = Annotated[str, typer.Option(help="客户列 · column that says who")]
CustomerKind = Annotated[
    str, typer.Option(help="客户列是哪种标识 · what kind of identity it holds: member_id, user_id, phone …")
]
Name = Annotated[
    str | None, typer.Option(help="来源名，重复导入以此辨认 · name of the source; a file imported again is known by it")
]
Delimiter = Annotated[str, typer.Option(help="分隔符 · comma, semicolon, tab or space")]
AtFormat = Annotated[
    str | None, typer.Option(help="时间格式 · strptime format of times; ISO 8601 and YYYYMMDD need none")
]
Rejects = Annotated[
    Path | None, typer.Option(help="拒收行写入的文件 · where refused rows go; by default beside the file")
]


def add_commands(app: typer.Typer) -> None:
    """`import orders` and `import events`."""
    app.add_typer(imports, name="import")


@imports.command("orders")
def import_orders(
    file: File,
    customer: Customer,
    paid_at: Annotated[str, typer.Option(help="付款时间列 · column of the time of payment")],
    total: Annotated[str, typer.Option(help="实付金额列（元）· column of the amount paid, in yuan")],
    customer_kind: CustomerKind = "member_id",
    order_id: Annotated[
        str | None, typer.Option(help="订单号列 · column of the order's id; without, a row is an order")
    ] = None,
    quantity: Annotated[str | None, typer.Option(help="件数列 · column of the quantity")] = None,
    currency: Annotated[str | None, typer.Option(help="币种 · currency (ISO 4217)")] = None,
    shop: Annotated[str, typer.Option(help="店铺 · shop; order ids are unique in it")] = "default",
    consent: Annotated[
        list[str] | None,
        typer.Option(help="声明这些客户已同意在该渠道接收营销 · channel in which they agreed to marketing"),
    ] = None,
    name: Name = None,
    delimiter: Delimiter = "comma",
    at_format: AtFormat = None,
    rejects: Rejects = None,
) -> None:
    """导入订单，可重复执行 · Import orders; a second run changes nothing."""
    from siyu.engines.intake.importing_orders import OrderColumns

    settings = load_settings()
    columns = OrderColumns(
        customer=customer,
        paid_at=paid_at,
        total=total,
        customer_kind=customer_kind,
        order_id=order_id,
        quantity=quantity,
        currency=(currency or settings.currency).upper(),
        shop=shop,
        consent_channels=tuple(consent or ()),
    )
    _run(file, columns, name, delimiter, at_format, rejects)


@imports.command("events")
def import_events(
    file: File,
    customer: Customer,
    at: Annotated[str, typer.Option(help="时间列 · column of the time")],
    event: Annotated[str | None, typer.Option(help="事件名列 · column of the event's name")] = None,
    event_name: Annotated[str | None, typer.Option(help="固定事件名 · the event's name, the same for all rows")] = None,
    message_id: Annotated[str | None, typer.Option(help="消息号列 · column of a unique id, if there is one")] = None,
    customer_kind: CustomerKind = "member_id",
    name: Name = None,
    delimiter: Delimiter = "comma",
    at_format: AtFormat = None,
    rejects: Rejects = None,
) -> None:
    """导入事件，其余列为属性 · Import events; all other columns become properties."""
    if (event is None) == (event_name is None):
        raise typer.BadParameter("--event or --event-name, one of the two")
    from siyu.engines.intake.importing_events import EventColumns

    columns = EventColumns(
        customer=customer, at=at, customer_kind=customer_kind, event=event, event_name=event_name, message_id=message_id
    )
    _run(file, columns, name, delimiter, at_format, rejects)


def _run(
    file: Path, kind: RowImport, name: str | None, delimiter: str, at_format: str | None, rejects: Path | None
) -> None:
    from siyu.assembly.installation import open_installation
    from siyu.engines.intake.importing import FileSource, import_file
    from siyu.engines.intake.tables import DELIMITERS

    if delimiter not in DELIMITERS:
        raise typer.BadParameter(f"--delimiter is one of {', '.join(DELIMITERS)}")
    settings = load_settings()
    source = FileSource(file, name or file.name, settings.zone, DELIMITERS[delimiter], at_format)
    rejects = rejects or file.with_name(f"{file.name}.rejects.csv")
    size = file.stat().st_size
    with (
        open_installation(settings) as installation,
        typer.progressbar(length=size, label="导入 · importing", file=sys.stderr) as bar,
    ):
        shown = 0

        def show(progress: ImportProgress) -> None:
            nonlocal shown
            bar.update(progress.bytes_read - shown)
            shown = progress.bytes_read

        done = import_file(installation.database, system_actor("cli"), source, kind, rejects=rejects, on_progress=show)
    _report(done, rejects)


def _report(done: ImportProgress, rejects: Path) -> None:
    sys.stdout.write(
        f"{done.rows} 行 · rows   新 · new {done.new}   已有 · known {done.known}   拒收 · refused {done.rejected}\n"
    )
    if done.rejected:
        sys.stdout.write(f"拒收的行及原因 · refused rows and why: {rejects}\n")
    else:
        rejects.unlink(missing_ok=True)
