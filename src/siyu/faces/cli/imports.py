"""`siyu import`: files of orders, customers and events, of any kind that Siyu reads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from siyu.kernel.actors import system_actor
from siyu.platform.settings import load_settings

if TYPE_CHECKING:
    from siyu.engines.intake.importing import ImportProgress
    from siyu.engines.intake.importing_customers import AttributeColumn
    from siyu.engines.intake.importing_mapping import AnyColumns
    from siyu.engines.intake.tables import TableOptions

imports = typer.Typer(
    help="导入文件（CSV、Excel、JSON lines、Parquet）· Import files of orders, customers and events.",
    no_args_is_help=True,
)

File = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="CSV、.xlsx、JSON lines（可 .gz）、Parquet · the file"
    ),
]
Customer = Annotated[str, typer.Option(help="客户列 · column that says who")]
CustomerKind = Annotated[
    str, typer.Option(help="客户列是哪种标识 · what kind of identity it holds: member_id, user_id, phone …")
]
Name = Annotated[
    str | None, typer.Option(help="来源名，重复导入以此辨认 · name of the source; a file imported again is known by it")
]
Encoding = Annotated[
    str | None, typer.Option(help="编码，默认自动识别 · utf-8, gb18030 or utf-16; found out where it is not told")
]
Delimiter = Annotated[
    str | None, typer.Option(help="分隔符，默认自动识别 · comma, semicolon, tab, pipe or space; found out as well")
]
Sheet = Annotated[str | None, typer.Option(help="Excel 工作表，默认第一张 · the sheet; the first one by default")]
AtFormat = Annotated[
    str | None,
    typer.Option(help="时间格式 · strptime format of times; the usual ones need none, like 2026-05-01 10:00"),
]
Rejects = Annotated[
    Path | None, typer.Option(help="拒收行写入的文件 · where refused rows go; by default beside the file")
]
Consent = Annotated[
    list[str] | None,
    typer.Option(help="声明这些客户已同意在该渠道接收营销 · channel in which they agreed to marketing"),
]


def add_commands(app: typer.Typer) -> None:
    """`import orders`, `import customers` and `import events`."""
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
    consent: Consent = None,
    name: Name = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    at_format: AtFormat = None,
    rejects: Rejects = None,
) -> None:
    """导入订单，可重复执行，中断后再次执行即接着导 · Import orders; a second run changes nothing, one cut off goes on."""
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
    _run(file, lambda _: columns, name, _options(encoding, delimiter, sheet), at_format, rejects)


@imports.command("customers")
def import_customers(
    file: File,
    identity: Annotated[
        list[str], typer.Option(help="认客户的列，可多个 · who it is, once or more: phone=手机号, member_id=会员号 …")
    ],
    attribute: Annotated[
        list[str] | None,
        typer.Option(
            help="属性列：列[=名][:类型]，默认其余各列 · COLUMN[=NAME][:TYPE] with auto, text, number, yes_no, day;"
            " all other columns where none is told"
        ),
    ] = None,
    first_seen: Annotated[
        str | None, typer.Option(help="首次见到的时间列 · column of when they were first seen")
    ] = None,
    consent_column: Annotated[
        list[str] | None, typer.Option(help="授权列：渠道=列 · column that says yes or no: sms=短信授权")
    ] = None,
    consent: Consent = None,
    name: Name = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    at_format: AtFormat = None,
    rejects: Rejects = None,
) -> None:
    """导入客户：标识、属性、授权 · Import customers: who they are, what is known of them, what they allow."""
    from siyu.engines.intake.importing_customers import ConsentColumn, CustomerColumns, IdentityColumn

    identities = tuple(IdentityColumn(column, kind) for kind, column in map(_pair, identity))
    consents = tuple(ConsentColumn(column, channel) for channel, column in map(_pair, consent_column or ()))
    named = {each.column for each in identities} | {each.column for each in consents} | {first_seen}

    def columns(found: Sequence[str]) -> CustomerColumns:
        others = [column for column in found if column and column not in named]
        return CustomerColumns(
            identities=identities,
            attributes=tuple(map(_attribute, others if attribute is None else attribute)),
            consents=consents,
            first_seen_at=first_seen,
            consent_channels=tuple(consent or ()),
        )

    _run(file, columns, name, _options(encoding, delimiter, sheet), at_format, rejects)


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
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
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
    _run(file, lambda _: columns, name, _options(encoding, delimiter, sheet), at_format, rejects)


def _pair(text: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not (left and sign and right):
        raise typer.BadParameter(f"{text}: it has the form name=column")
    return left, right


def _attribute(text: str) -> AttributeColumn:
    from siyu.engines.intake.importing_cells import ValueType
    from siyu.engines.intake.importing_customers import AttributeColumn

    told, colon, kind = text.rpartition(":")
    if not colon or kind not in get_args(ValueType):
        told, kind = text, "auto"
    column, _, name = told.partition("=")
    return AttributeColumn(column, name or column, cast(ValueType, kind))


def _options(encoding: str | None, delimiter: str | None, sheet: str | None) -> TableOptions:
    from siyu.engines.intake import tables

    for option, told, known in (
        ("--encoding", encoding, get_args(tables.Encoding)),
        ("--delimiter", delimiter, tuple(tables.DELIMITERS)),
    ):
        if told is not None and told not in known:
            raise typer.BadParameter(f"{option} is one of {', '.join(known)}")
    return tables.TableOptions(
        cast("tables.Encoding | None", encoding), cast("tables.Delimiter | None", delimiter), sheet
    )


def _run(
    file: Path,
    columns: Callable[[Sequence[str]], AnyColumns],
    name: str | None,
    options: TableOptions,
    at_format: str | None,
    rejects: Path | None,
) -> None:
    from siyu.assembly.installation import open_installation
    from siyu.engines.intake.importing import import_file
    from siyu.engines.intake.importing_mapping import checked_mapping
    from siyu.engines.intake.importing_rows import FileSource
    from siyu.engines.intake.tables import open_table

    settings = load_settings()
    mapping = checked_mapping(columns(open_table(file, options).shape.columns))
    source = FileSource(file, name or file.name, settings.zone, at_format, options)
    rejects = rejects or file.with_name(f"{file.name}.rejects.csv")
    with (
        open_installation(settings) as installation,
        typer.progressbar(length=file.stat().st_size, label="导入 · importing", file=sys.stderr) as bar,
    ):
        shown = 0

        def show(progress: ImportProgress) -> None:
            nonlocal shown
            bar.update(progress.bytes_read - shown)
            shown = progress.bytes_read

        done = import_file(
            installation.database, system_actor("cli"), source, mapping, rejects=rejects, on_progress=show
        )
    _report(done, rejects)


def _report(done: ImportProgress, rejects: Path) -> None:
    sys.stdout.write(
        f"{done.rows} 行 · rows   新 · new {done.new}   已有 · known {done.known}   拒收 · refused {done.rejected}\n"
    )
    if done.rejected:
        sys.stdout.write(f"拒收的行及原因 · refused rows and why: {rejects}\n")
