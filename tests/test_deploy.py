"""The files of deploy/ name options, files and programs that exist."""

from __future__ import annotations

import shutil

import pytest

import check_deploy
from engines import needed


@pytest.fixture
def deploy(tmp_path, monkeypatch):
    """A copy of deploy/ that a test may spoil."""
    shutil.copytree(check_deploy.DEPLOY, tmp_path / "deploy")
    monkeypatch.setattr(check_deploy, "DEPLOY", tmp_path / "deploy")
    return tmp_path / "deploy"


@pytest.mark.parametrize("check", check_deploy.CHECKS, ids=lambda check: check.__name__)
def test_nothing_is_wrong(check):
    with needed():
        assert [] == list(check())


@pytest.mark.parametrize(
    ("name", "right", "wrong", "found"),
    [
        ("systemd/pool.env", "SERVER_LIVE", "SERVER_LIFE", "is no option"),
        ("systemd/pool.env", "postgresql://", "mysql://", "_DATABASE"),
        ("compose.yaml", 'volumes: ["valkey:', 'volumes: ["redis:', "uses redis"),
        ("Dockerfile", "COPY src/", "COPY sources/", "sources/ is not there"),
        ("Dockerfile", "USER 10001", "USER root", "runs as root"),
        ("systemd/openucwa@.service", "ProtectHome", "ProtectHouse", "ProtectHouse"),
        ("nginx/openucwa_proxy.conf", "proxy_buffering", "buffering", '"buffering"'),
    ],
)
def test_what_is_wrong_is_said(deploy, name, right, wrong, found):
    file = deploy / name
    file.write_text(file.read_text().replace(right, wrong))

    with needed():
        assert found in "\n".join(line for check in check_deploy.CHECKS for line in check())
