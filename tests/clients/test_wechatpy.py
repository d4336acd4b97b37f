"""wechatpy's pre-release, which knows the events of customers, against the emulated WeCom.

It cannot stand beside the version that the environment has, so it is installed into a folder of the test's own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from siyu.kernel.clock import SystemClock
from siyu.world.wecom.building import Size, build_corp
from siyu.world.wecom.server import WecomServer

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SECONDS_MAX = 120


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A folder with wechatpy 2; what it needs is in the environment already."""
    target = tmp_path / "modules"
    words = ["install", "--quiet", "--no-deps", "--require-hashes", "--target", str(target)]
    words += ["-r", str(HERE / "wechatpy.lock")]
    if importlib.util.find_spec("pip") is not None:
        command = [sys.executable, "-m", "pip", *words, "--no-input", "--disable-pip-version-check", "--no-compile"]
    else:
        tool = shutil.which("uv")
        assert tool is not None, "the environment was made without pip, so there is uv"
        command = [tool, "pip", *words, "--python", sys.executable]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, check=False)
    assert done.returncode == 0, done.stderr
    return target


def test_the_pre_release_takes_the_emulator_for_the_real_thing(modules: Path) -> None:
    corp = build_corp("ww5823bf96d3bd56c7", SystemClock(), Size(4, 240, 2))
    with WecomServer(corp) as server:
        done = subprocess.run(
            [sys.executable, "-P", str(HERE / "drive_wechatpy.py"), server.url],
            env={**os.environ, "PYTHONPATH": str(modules)},
            capture_output=True,
            text=True,
            timeout=SECONDS_MAX,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen.pop("customers") == seen.pop("paged") - 1  # a newcomer between the two
    assert seen == {
        "version": "2.0.0.alpha26",
        "departments": 13,
        "tags": ["签"],
        "state": "spring",
        "welcome": 0,
        "mass": [],
        "chats": 2,
        "unassigned": [],
        "media": True,
        "message": 0,
        "accounts": [True],
        "servicers": [0],
        "session": 0,
        "ticket": True,
        "userid": "staff0001",
        "is_fetched_again": True,
        "heard": [
            ["ChangeExternalChatEvent", "update"],
            ["ChangeExternalContactEvent", "add_external_contact"],
            ["ChangeExternalTagEvent", "create"],
            ["ChangeExternalTagEvent", "create"],
            ["KFMsgOrEventEvent", ""],
        ],
    }
