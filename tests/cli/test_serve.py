"""``openucwa serve``: what is refused before anything is opened. tests/e2e runs the rest."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from openucwa.cli.main import main


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--port", "many"], "server.port (flag --port) is 'many'"),
        (["--tls-cert", "cert.pem"], "tls_cert and server.tls_key go together"),
        (["--config", "missing.toml"], "cannot read missing.toml"),
    ],
)
def test_wrong_settings_end_with_2_and_a_line_that_names_them(tmp_path, words, said):
    done = CliRunner().invoke(main, ["serve", "--data", str(tmp_path / "data"), *words])

    assert (2, 1) == (done.exit_code, done.stderr.count("\n"))
    assert said in done.stderr
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("verb", ["serve", "demo"])
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1"])
def test_test_mode_is_refused_where_others_reach_the_server(tmp_path, verb, host):
    words = [verb, "--test-mode", "--host", host, "--data", str(tmp_path / "data")]
    done = CliRunner().invoke(main, words)

    assert done.exit_code == 2
    assert "needs a --host that only this machine reaches, such as 127.0.0.1." in done.stderr
    assert not (tmp_path / "data").exists()


def test_test_mode_is_no_setting(tmp_path):
    """It cannot be on by accident: neither a variable nor a file turns it on."""
    file = tmp_path / "openucwa.toml"
    file.write_text("[server]\ntest_mode = true\n")
    words = ["serve", "--config", str(file), "--data", str(tmp_path)]
    by_file = CliRunner().invoke(main, words)
    by_variable = CliRunner().invoke(main, words[:1], env={"OPENUCWA_SERVER_TEST_MODE": "true"})

    assert "is not a setting" in by_file.stderr
    assert "is not a setting" in by_variable.stderr
