"""`siyu serve` and `siyu demo`: everything up, in one tree of processes that stops as one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer

from siyu.assembly.processes import child_environment, metrics_folder, process_specs, siyu_command
from siyu.kernel.actors import system_actor
from siyu.kernel.ids import SystemIds
from siyu.platform.processes import ProcessSpec, Supervisor
from siyu.platform.settings import Settings, load_settings, unknown_variables

ADMIN_EMAIL = "admin@siyu.local"
FIRST_LOGIN_FILE = "first-login.txt"
BAR_WIDTH = 28

Host = Annotated[str | None, typer.Option(help="监听地址 · address to listen on")]
Port = Annotated[int | None, typer.Option(help="监听端口 · port to listen on")]
Customers = Annotated[int, typer.Option(min=100, max=1_000_000, help="演示客户数 · made-up customers")]


def add_commands(app: typer.Typer) -> None:
    """`serve` and `demo`, and what they say when all is up."""
    app.command("serve")(serve)
    app.command("demo")(demo)
    app.command("welcome", hidden=True)(welcome)
    app.command("fill-demo", hidden=True)(fill_demo_brand)


def serve(host: Host = None, port: Port = None) -> None:
    """启动系统（首次为空）· Start this installation; the first time it is empty."""
    settings = _with_address(load_settings(), host, port)
    _run(settings, process_specs(settings), "welcome")


def demo(host: Host = None, port: Port = None, customers: Customers = 3_000) -> None:
    """启动演示品牌 · Start Siyu with a made-up brand, the same every time."""
    from siyu.assembly.demo import demo_settings, demo_specs

    settings = _with_address(load_settings(), host, port)
    settings = demo_settings(replace(settings, home=settings.home / "demo"))
    _run(settings, [*process_specs(settings), *demo_specs(settings)], "fill-demo", "--customers", str(customers))


def _with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    return replace(settings, host=host or settings.host, port=port or settings.port)


def _run(settings: Settings, specs: Sequence[ProcessSpec], *when_ready: str) -> None:
    """Runs until it is told to stop; exits with the supervisor's code. `when_ready` is a command of Siyu's own, run once
    everything is up; in a process of its own, so that the supervisor stays small."""
    for name, nearest in unknown_variables(os.environ).items():
        hint = f"，是否 {nearest}？· did you mean {nearest}?" if nearest else ""
        _say(f"没有设置 {name} · there is no setting {name}{hint}")
    shutil.rmtree(metrics_folder(settings), ignore_errors=True)
    metrics_folder(settings).mkdir(parents=True)
    thread = threading.Thread(target=_tell, args=(settings, when_ready), name="when-ready", daemon=True)
    supervisor = Supervisor(specs, settings.runtime_folder, on_ready=thread.start)
    sys.exit(supervisor.run())


def _tell(settings: Settings, command: Sequence[str]) -> None:
    environment = {**os.environ, **child_environment(settings)}
    with (settings.runtime_folder / "logs" / "when-ready.log").open("ab") as log:
        done = subprocess.run(
            siyu_command(*command), env=environment, stdin=subprocess.DEVNULL, stderr=log, check=False
        )
    if done.returncode > 0:
        _say(f"未完成，详见 · not finished, see {log.name}")


def welcome() -> None:
    """Makes the first administrator, once, and says where to go. The password is kept in a file that only its owner reads."""
    from siyu.assembly.installation import open_installation
    from siyu.domain.company.service import ensure_first_admin
    from siyu.domain.metrics.service import install_shipped

    settings = load_settings()
    password = SystemIds().new_secret(12)
    path = settings.home / FIRST_LOGIN_FILE
    with open_installation(settings) as installation, installation.database.begin() as work:
        is_new = ensure_first_admin(work, ADMIN_EMAIL, password, settings.brand_name)
        if is_new:
            path.unlink(missing_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                file.write(f"{password}\n")
            install_shipped(work, system_actor("cli"), settings.currency)
    _say(f"\nSiyu 已就绪 · is ready   http://{settings.host}:{settings.port}")
    if is_new:
        _say(f"登录 · log in            {ADMIN_EMAIL}   {password}")
        _say(f"首个密码也存于 · the first password is also in {path}")


def fill_demo_brand(customers: Customers = 3_000) -> None:
    """Loads the made-up brand, unless it is there, and says where to go."""
    from siyu.assembly.demo import DEMO_EMAIL, DEMO_PASSWORD, fill_demo, is_filled, join_outside
    from siyu.assembly.demo_ports import wecom_url
    from siyu.assembly.installation import open_installation

    settings = load_settings()
    with open_installation(settings) as installation:
        if not is_filled(installation):
            fill_demo(installation, customers, _show_bar)
        join_outside(installation)
    _say(f"\n\n演示已就绪 · the demo is ready   http://{settings.host}:{settings.port}")
    _say(f"登录 · log in                  {DEMO_EMAIL}   {DEMO_PASSWORD}")
    _say(f"客户的手机 · a customer's phone   {wecom_url(settings)}/phone")
    _say(f"员工的企业微信 · the staff's WeCom {wecom_url(settings)}/staff")
    _say("按 Ctrl-C 停止 · Ctrl-C stops")


def _show_bar(what: str, share: float) -> None:
    if not sys.stdout.isatty():
        return
    filled = round(min(max(share, 0.0), 1.0) * BAR_WIDTH)
    sys.stdout.write(f"\r{'█' * filled}{'░' * (BAR_WIDTH - filled)} {share:4.0%}  {what}\x1b[K")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
