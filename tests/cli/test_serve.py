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
