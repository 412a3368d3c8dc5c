"""Settings: a flag over a variable over the file; anything wrong is named and placed."""

from __future__ import annotations

import pytest

from openucwa.cli.configuration import SettingsError, load
from openucwa.settings import OPTIONS, Settings


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "openucwa.toml"

    def write(text):
        path.write_text(text, "utf-8")
        return path

    return write


def refusal(*args):
    with pytest.raises(SettingsError) as caught:
        load(*args)
    return str(caught.value)


def test_nothing_said_gives_the_defaults():
    assert Settings() == load()


def test_a_flag_wins_over_a_variable_over_the_file(file):
    config = file('[server]\nhost = "file.test"\nport = 1\ndata = "file"')
    environ = {"OPENUCWA_SERVER_PORT": "2", "OPENUCWA_SERVER_DATA": "variable"}

    settings = load(config, environ, {"server.data": "flag", "server.host": None})

    server = settings.server
    assert ("file.test", 2, "flag") == (server.host, server.port, server.data)
    assert {
        "server.host": f"{config}, line 2",
        "server.port": "variable OPENUCWA_SERVER_PORT",
        "server.data": "flag --data",
    } == settings.origins


def test_the_file_may_be_named_by_a_variable(file):
    config = file("[server]\nport = 1")

    assert load(None, {"OPENUCWA_CONFIG": str(config)}).server.port == 1


def test_variables_of_other_programs_are_none_of_our_business():
    assert Settings() == load(None, {"PATH": "/bin", "OPEN": "1"})


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("500ms", 0.5), ("90s", 90), ("5m", 300), ("1.5h", 5400), ("2d", 172800), ("1 s", 1)],
)
def test_durations_carry_their_unit(text, seconds):
    settings = load(None, {"OPENUCWA_TOKENS_LIFETIME": text})

    assert seconds == settings.tokens.lifetime


@pytest.mark.parametrize(
    ("variable", "text", "value"),
    [
        ("OPENUCWA_EVENTS_LOW", "0s", 0),
        ("OPENUCWA_LIMITS_BODY", "256KB", 262144),
        ("OPENUCWA_SERVER_DRAINING", "True", True),
        ("OPENUCWA_SERVER_DRAINING", "0", False),
        ("OPENUCWA_SERVER_DOMAINS", "a.test, b.test", ("a.test", "b.test")),
        ("OPENUCWA_SERVER_DOMAINS", "", ()),
        ("OPENUCWA_SERVER_PUBLIC_URL", "https://chat.contoso.test:8443", None),
        ("OPENUCWA_LOGGING_LEVEL", "debug", "debug"),
    ],
)
def test_variables_are_text(variable, text, value):
    settings = load(None, {variable: text})

    [name] = settings.origins
    section, key = name.split(".")
    assert (value if value is not None else text) == getattr(getattr(settings, section), key)


@pytest.mark.parametrize(
    ("variable", "text", "allowed"),
    [
        ("OPENUCWA_SERVER_PORT", "65536", "a whole number from 0 to 65535"),
        ("OPENUCWA_SERVER_PORT", "9" * 5000, "a whole number from 0 to 65535"),
        ("OPENUCWA_SERVER_HOST", "", "text"),
        ("OPENUCWA_SERVER_DRAINING", "perhaps", "true or false"),
        ("OPENUCWA_SERVER_PUBLIC_URL", "https://contoso.test/ucwa", "no path"),
        ("OPENUCWA_SERVER_VERSION", "2.0\n", "visible ASCII"),
        ("OPENUCWA_SERVER_DOMAINS", "a.test,b test", "a list of domain names"),
        ("OPENUCWA_EVENTS_LOW", "5", "a duration such as 500ms, 90s, 5m or 8h, from 0s to 366d"),
        ("OPENUCWA_EVENTS_LOW", "5 parsecs", "a duration"),
        ("OPENUCWA_TOKENS_LIFETIME", "0s", "from 1ms to 366d"),
        ("OPENUCWA_TOKENS_LIFETIME", "367d", "from 1ms to 366d"),
        ("OPENUCWA_LIMITS_BODY", "1000B", "a size such as 256KB or 1MB, from 1KB to 1024MB"),
        ("OPENUCWA_LOGGING_LEVEL", "loud", "one of debug, info, warning, error"),
    ],
)
def test_a_wrong_value_says_where_it_stands_and_what_is_allowed(variable, text, allowed):
    message = refusal(None, {variable: text})

    assert f"variable {variable}" in message
    assert allowed in message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n[server]\nport = 'x'", "server.port ({}, line 3) is 'x'; allowed: a whole number"),
        ("[server]\nport = true", "server.port ({}, line 2) is True; allowed: a whole number"),
        ("[server]\nport = '1'", "server.port ({}, line 2) is '1'; allowed: a whole number"),
        ("server.prot = 1", "server.prot ({}, line 1) is not a setting; did you mean server.port?"),
        ("[sever]\nport = 1", "sever.port ({}, line 2) is not a setting; did you mean server.port"),
        ("[sever]", "sever ({}) is not a setting; did you mean server.port?"),
        ("server = 1", "server ({}, line 1) is not a setting"),
        ("[[server]]\nport = 1", "server ({}) is not a setting"),
        ("[server", "{} is not valid TOML"),
        ("[events]\nlow = 15", "events.low ({}, line 2) is 15; allowed: a duration"),
    ],
)
def test_a_wrong_file_says_which_line(file, text, said):
    config = file(text)

    assert said.format(config) in refusal(config)


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe")

    assert "No such file" in refusal(tmp_path / "absent")
    assert "not valid TOML" in refusal(tmp_path / "binary")


def test_an_unknown_variable_is_refused_with_the_nearest_known_one():
    message = refusal(None, {"OPENUCWA_SERVER_PROT": "1"})

    assert message == (
        "OPENUCWA_SERVER_PROT is not a setting's variable; did you mean OPENUCWA_SERVER_PORT?"
    )


def test_certificate_and_key_go_together():
    assert "set both or neither" in refusal(None, {"OPENUCWA_SERVER_TLS_KEY": "key.pem"})


def test_every_default_reads_back_as_it_is_shown():
    shown = {OPTIONS[name].variable: text for name, text, _ in Settings().rows()}

    settings = load(None, shown)

    assert list(shown.values()) == [text for _, text, _ in settings.rows()]


def test_networks_that_are_none_are_said_in_words():
    with pytest.raises(SettingsError, match=r"webhooks\.allowed: '999\.1\.1\.1/8' does not appear"):
        load(environ={"OPENUCWA_WEBHOOKS_ALLOWED": "bot.test,999.1.1.1/8"})
