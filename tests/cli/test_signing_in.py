"""The options of verbs that sign in."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from openucwa.cli.signing_in import address_typed, signs_in
from process import environment


@click.command()
@click.argument("user")
@signs_in
def verb(settings, url, user, password):
    click.echo(f"{url} {user} {password}")


def run(*words, given="secret\nmore\n", env=None):
    done = CliRunner().invoke(verb, ["lene@contoso.test", *words], input=given, env=env)
    assert 0 == done.exit_code, done.output
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "env", "url"),
    [
        (["--url", "https://pool.test"], {}, "https://pool.test"),
        ([], {"OPENUCWA_SERVER_PUBLIC_URL": "https://ucwa.test"}, "https://ucwa.test"),
        (["--port", "8443"], {"OPENUCWA_SERVER_HOST": "0.0.0.0"}, "http://127.0.0.1:8443"),
        (["--port", "80"], {"OPENUCWA_SERVER_HOST": "::"}, "http://[::1]:80"),
    ],
)
def test_where_the_server_is_can_be_said_or_follows_from_the_settings(words, env, url):
    assert f"{url} lene@contoso.test secret" == run(*words, "--password-stdin", env=env)


def test_the_password_is_asked_for(monkeypatch):
    assert run("--url", "http://a.test").endswith("lene@contoso.test secret")


def test_the_rest_of_the_input_is_left_to_the_verb():
    code = (
        "import sys; from openucwa.cli.signing_in import _first_line as line;"
        "print(line(), sys.stdin.read())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        input="secret\r\nHello\n",
        capture_output=True,
        text=True,
        check=True,
        env=environment(),
    )

    assert "secret Hello\n\n" == done.stdout


@pytest.mark.parametrize("typed", ["lene@contoso.test", "sip:lene@contoso.test"])
def test_an_address_is_typed_with_or_without_its_scheme(typed):
    assert "lene@contoso.test" == address_typed(typed)


def test_what_is_no_address_is_wrong_usage():
    with pytest.raises(click.UsageError, match="write user@domain"):
        address_typed("lene")
