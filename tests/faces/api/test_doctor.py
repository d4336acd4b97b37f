"""The look at the whole installation: what it says of one that is new, of one that is troubled, and of one that is down."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fastapi.testclient import TestClient

from siyu.assembly.doctor import Finding, Health, Patient, examine
from siyu.domain.company import service as company
from siyu.domain.company.contracts import WecomFinding, WecomSecrets
from siyu.domain.connections.contracts import ConnectionKind
from siyu.domain.connections.service import save_connection
from siyu.kernel.actors import system_actor
from siyu.platform.columns.client import Columns
from siyu.platform.postgres.database import Database
from siyu.platform.settings import load_settings
from tests.faces.api.conftest import LogIn

SIYU = system_actor("test")


def found(patient: Patient) -> dict[str, Finding]:
    return {each.key: each for each in examine(patient)}


def test_of_a_new_installation_it_says_what_is_missing(database: Database, columns: Columns, tmp_path: Path) -> None:
    settings = replace(load_settings({}, home=tmp_path), public_url="http://siyu.example")
    seen = found(Patient(settings, database, columns))
    assert {key for key, each in seen.items() if each.health is Health.NOTE} >= {
        "wecom_none",
        "backup_none",
        "public_url",
    }
    assert seen["database"].health is seen["columns"].health is seen["inbox"].health is Health.WELL
    assert seen["sequencer"].health is Health.TROUBLE, "no worker runs"
    assert seen["space"].figures["free_mb"] > 0
    folder = tmp_path / "backups"
    folder.mkdir()
    seen = found(Patient(replace(settings, backup_folder=str(folder), public_url=""), database, columns))
    assert seen["backup_missing"].health is Health.TROUBLE
    assert "public_url_missing" in seen


def test_a_corp_is_troubled_where_its_last_check_says_so(database: Database, columns: Columns, tmp_path: Path) -> None:
    patient = Patient(load_settings({}, home=tmp_path), database, columns)
    with database.begin() as work:
        company.save_wecom_corp(work, SIYU, "ww1", "晨曦", agent_id=1, secrets=WecomSecrets(app_secret="s"))
    assert found(patient)["wecom_unchecked"] == Finding("wecom_unchecked", Health.NOTE, "晨曦")
    for codes, expected in (
        ([], Finding("wecom", Health.WELL, "晨曦")),
        (["nothing_came"], Finding("wecom_troubled", Health.NOTE, "晨曦")),
        (["nothing_came", "refused"], Finding("wecom_troubled", Health.TROUBLE, "晨曦")),
    ):
        with database.begin() as work:
            company.save_wecom_findings(work, SIYU, "ww1", [WecomFinding("app", code) for code in codes])
        assert found(patient)[expected.key] == expected


def test_a_channel_is_named_and_of_what_kind_it_is(database: Database, columns: Columns, tmp_path: Path) -> None:
    patient = Patient(load_settings({}, home=tmp_path), database, columns)
    for is_enabled, expected in (
        (True, Finding("channel", subject="云片", kind="aicall")),
        (False, Finding("channel_off", Health.NOTE, "云片", kind="aicall")),
    ):
        with database.begin() as work:
            save_connection(
                work,
                SIYU,
                ConnectionKind.AICALL,
                "yp",
                vendor="generic",
                name="云片",
                base_url="http://127.0.0.1:9",
                secrets={"secret": "s"},
                settings={"script_id": "s", "hour_from": 9, "hour_to": 20},
                is_enabled=is_enabled,
            )
        assert found(patient)[expected.key] == expected


def test_what_is_away_is_a_finding(tmp_path: Path) -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/none")
    columns = Columns("http://127.0.0.1:9")
    seen = examine(Patient(load_settings({}, home=tmp_path), database, columns))
    columns.close()
    database.close()
    assert {each.key for each in seen if each.health is Health.TROUBLE} == {"database", "columns"}
    assert [each.health for each in seen] == sorted(
        (each.health for each in seen), key=[Health.TROUBLE, Health.NOTE, Health.WELL].index
    )


def test_only_those_who_run_the_company_see_it(client: TestClient, log_in: LogIn) -> None:
    assert client.get("/api/doctor").status_code == 401
    log_in()
    rows = client.get("/api/doctor").json()["rows"]
    assert {"key": "second_step", "health": "note", "subject": "", "figures": {"admins": 1}, "kind": ""} in rows
