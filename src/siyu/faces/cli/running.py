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

from siyu.assembly.processes import (
    address_of,
    child_environment,
    metrics_folder,
    process_specs,
    require_silence,
    siyu_command,
)
from siyu.platform.processes import ProcessSpec, Supervisor, supervising
from siyu.platform.settings import Settings, load_settings, unknown_variables

BAR_WIDTH = 28
STOP_SECONDS = 10.0

Host = Annotated[str | None, typer.Option(help="监听地址 · address to listen on")]
Port = Annotated[int | None, typer.Option(help="监听端口 · port to listen on")]
Customers = Annotated[
    int | None,
    typer.Option(
        min=100, max=1_000_000, help="演示客户数,默认随品牌 · made-up customers; the brand has a usual number"
    ),
]
Brand = Annotated[
    str | None, typer.Option(help="camp 财经训练营,tea 茶饮门店 · camp: a finance course, the usual one; tea: stores")
]
Speed = Annotated[int, typer.Option(min=1, max=600, help="时间快多少倍 · how much faster than real time goes")]


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


def demo(
    host: Host = None, port: Port = None, customers: Customers = None, brand: Brand = None, speed: Speed = 1
) -> None:
    """启动演示品牌,其中的人继续生活 · Start Siyu with a made-up brand, whose people live on."""
    from siyu.assembly.demo.home import claim_home, forget_moved
    from siyu.assembly.demo.outside import demo_settings, demo_specs
    from siyu.assembly.demo.ports import outside_addresses
    from siyu.platform import simulated_time

    settings = _with_address(load_settings(), host, port)
    settings = replace(settings, home=settings.home / "demo")
    made = claim_home(settings.home, brand)
    with supervising(settings.runtime_folder):  # of a demo that runs already, clock and plan are left alone
        settings = simulated_time.begin(demo_settings(settings, made), speed)
        forget_moved(settings)
    specs = [*process_specs(settings), *demo_specs(settings, made)]
    try:
        filling = ["fill-demo", "--brand", made.key, "--customers", str(customers or made.customers)]
        _run(settings, specs, *filling, beside=outside_addresses(settings))
    finally:
        simulated_time.rest(settings)


def _with_address(settings: Settings, host: str | None, port: int | None) -> Settings:
    return replace(settings, host=host or settings.host, port=port or settings.port)


def _run(
    settings: Settings, specs: Sequence[ProcessSpec], *when_ready: str, beside: Sequence[tuple[str, int]] = ()
) -> None:
    """Runs until it is told to stop; exits with the supervisor's code. `when_ready` is a command of Siyu's own, run once
    everything is up; at the addresses `beside`, each (host, port), others than the faces listen."""
    for name, nearest in unknown_variables(os.environ).items():
        hint = f"，是否 {nearest}？· did you mean {nearest}?" if nearest else ""
        _say(f"没有设置 {name} · there is no setting {name}{hint}")

    def prepare() -> None:
        require_silence([(settings.host, settings.port), *beside])
        shutil.rmtree(metrics_folder(settings), ignore_errors=True)
        metrics_folder(settings).mkdir(parents=True)

    last = LastCommand(settings, when_ready)
    supervisor = Supervisor(specs, settings.runtime_folder, prepare=prepare, on_ready=last.start, on_stop=last.stop)
    sys.exit(supervisor.run())


class LastCommand:
    """A command of Siyu's own that runs once everything is up, in a process of its own, so that the supervisor stays small.

    It ends before what it needs does: it is told to, and where the supervisor is killed its standard input closes.
    """

    def __init__(self, settings: Settings, command: Sequence[str]) -> None:
        self._settings, self._command = settings, command
        self._log = settings.runtime_folder / "logs" / "when-ready.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Starts it, and says so where it fails."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                siyu_command(*self._command),
                env={**os.environ, **child_environment(self._settings)},
                stdin=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the supervisor alone
            )
        threading.Thread(target=self._look_after, args=(self._process,), name="when-ready", daemon=True).start()

    def stop(self) -> None:
        """Ends it, if it has not ended."""
        process = self._process
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def _look_after(self, process: subprocess.Popen[bytes]) -> None:
        if process.wait() > 0:
            _say(f"未完成，详见 · not finished, see {self._log}")


def welcome() -> None:
    """Says where to go: to the set-up, with its code, as long as there is nobody who could log in."""
    from siyu.assembly.installation import open_installation
    from siyu.assembly.setting_up import setup_code
    from siyu.domain.company.service import is_set_up

    settings = load_settings()
    with open_installation(settings) as installation, installation.database.read() as reading:
        is_done = is_set_up(reading)
        code = setup_code(installation.secret_key)
    address = address_of(settings)
    _say(f"\nSiyu 已就绪 · is ready   {address}")
    if not is_done:
        _say(f"首次设置 · set up        {address}/setup#{code}")
        _say(f"设置码 · set-up code     {code}")


def fill_demo_brand(brand: Brand = None, customers: Customers = None) -> None:
    """Loads the made-up brand, unless it is there, and says where to go."""
    from siyu.platform.collection import collect_seldom, loading
    from siyu.platform.watch import stop_when_parent_is_gone

    with loading():
        from siyu.assembly.demo.brand import brand_of
        from siyu.assembly.demo.filling import fill_demo, is_filled, join_outside, settle_demo
        from siyu.assembly.demo.home import claim_home
        from siyu.assembly.demo.ports import wecom_url
        from siyu.assembly.installation import open_installation

    collect_seldom()
    stop_when_parent_is_gone()
    settings = load_settings()
    made = brand_of(claim_home(settings.home, brand).key)
    with open_installation(settings) as installation:
        if not is_filled(installation):
            fill_demo(installation, made, customers or made.customers, _show_bar)
        join_outside(installation)
        _say(f"\n\n演示已就绪 · the demo is ready   http://{settings.host}:{settings.port}")
        _say(f"登录 · log in                  {made.email}   {made.password}")
        _say(f"客户的手机 · a customer's phone   {wecom_url(settings)}/phone")
        _say(f"员工的企业微信 · the staff's WeCom {wecom_url(settings)}/staff")
        _say("按 Ctrl-C 停止 · Ctrl-C stops")
        settle_demo(installation)


def _show_bar(what: str, share: float) -> None:
    if not sys.stdout.isatty():
        return
    filled = round(min(max(share, 0.0), 1.0) * BAR_WIDTH)
    sys.stdout.write(f"\r{'█' * filled}{'░' * (BAR_WIDTH - filled)} {share:4.0%}  {what}\x1b[K")
    sys.stdout.flush()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
