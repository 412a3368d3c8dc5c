"""What pages show can be used: commands parse, settings load, paths exist, examples run."""

from __future__ import annotations

import re
import shlex
import sys
from pkgutil import resolve_name
from types import ModuleType

import click
import pytest
from click.testing import CliRunner

from docs.blocks import PAGES, ROOT, blocks, marked
from openucwa.app.render import Renderer
from openucwa.cli.configuration import load
from openucwa.cli.main import main
from openucwa.cli.roster import COLUMNS
from openucwa.domain.channel import GATHER
from openucwa.hyper.catalogue import Catalogue
from openucwa.resources.call import Rules
from openucwa.resources.events import LONGEST, SHORTEST_HOLD, SHORTEST_TIMEOUT
from openucwa.settings import OPTIONS
from openucwa.wire.inputs import BadParameters, bind
from pictures import picture

SHELL = [*marked("console"), *marked("sh"), *marked("ini")]
LAYERS = "adapters|app|cli|domain|hyper|resources|wire"
COMMANDS = sorted(
    {
        (page, command)
        for page, text in SHELL
        for command in re.findall(
            r"bin/openucwa (.+?)(?: \||$)", text.replace("\\\n", ""), re.MULTILINE
        )
    }
)


@pytest.mark.parametrize(("page", "words"), COMMANDS)
def test_commands_can_be_given(page, words, tmp_path, monkeypatch):
    """Verbs and flags exist; nothing is run."""
    monkeypatch.chdir(tmp_path)
    for name in ("people.csv", "cards.vcf", "lene.jpg"):
        (tmp_path / name).touch()
    context, rest = click.Context(main), shlex.split(words)
    while isinstance(context.command, click.Group):
        name, command, rest = context.command.resolve_command(context, rest)
        group = isinstance(command, click.Group)
        context = command.make_context(name, [] if group else rest, resilient_parsing=group)


def test_people_of_the_examples_can_be_imported(tmp_path):
    """The files of docs/operate.md belong together."""
    for language, name in (("csv", "people.csv"), ("vcard", "cards.vcf")):
        [(_, text)] = marked(language)
        (tmp_path / name).write_text(text)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "lene.jpg").write_bytes(picture(kind="JPEG"))
    words = [str(tmp_path / "people.csv"), str(tmp_path / "cards.vcf"), "--data", str(tmp_path)]

    done = CliRunner().invoke(main, ["import", *words])

    assert (0, "people: 3 added, 0 changed, 0 unchanged") == (
        done.exit_code,
        done.stdout.partition("\n")[0],
    )
    assert "managers" not in done.stderr


def test_columns_of_files_are_explained():
    page = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    table = page.partition("| column | says |\n")[2].partition("\n\n")[0]
    first_cells = [row.split("|")[1] for row in table.splitlines()]

    assert {*COLUMNS} == {*re.findall(r"`(\w+)`", "".join(first_cells))}


@pytest.mark.parametrize(("page", "text"), marked("toml"))
def test_settings_can_be_loaded(page, text, tmp_path):
    file = tmp_path / "openucwa.toml"
    file.write_text(text)

    assert load(file).origins


def test_settings_that_are_named_exist():
    """``section.key`` in backquotes is a setting, if it begins with a section's name."""
    sections = "|".join({name.partition(".")[0] for name in OPTIONS})
    named = {
        (page.name, name)
        for page in PAGES
        for name in re.findall(rf"`((?:{sections})\.[a-z_]+)`", page.read_text(encoding="utf-8"))
        if not (ROOT / "src" / "openucwa" / name.replace(".", "/")).with_suffix(".py").exists()
    }

    assert named
    assert [] == sorted(pair for pair in named if pair[1] not in OPTIONS)


def test_paths_that_are_named_exist():
    """A path in backquotes is below the project's folder, or below the source."""
    pattern = rf"`((?:src|tests|docs|tools|requirements|{LAYERS})/[\w./]*)`"
    missing = [
        (page.name, path)
        for page in PAGES
        for path in re.findall(pattern, page.read_text(encoding="utf-8"))
        if not any((base / path).exists() for base in (ROOT, ROOT / "src" / "openucwa"))
    ]

    assert [] == missing


def test_modules_that_are_named_exist():
    """``layer.module`` or ``layer.module.name`` in backquotes can be imported."""
    pattern = rf"`((?:{LAYERS})(?:\.\w+)+)`"
    for page in PAGES:
        for dotted in re.findall(pattern, page.read_text(encoding="utf-8")):
            assert resolve_name(f"openucwa.{dotted}") is not None, page.name


def test_metrics_that_are_named_exist():
    known = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    named = re.findall(r"`(openucwa_\w+)`", (ROOT / "docs" / "operate.md").read_text())

    assert named
    assert [] == [name for name in named if f"`{name}`" not in known]


def test_numbers_of_the_event_channel():
    """docs/events.md has the ranges and defaults of the code."""
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*?\| (\d+ \| [\w ]+) \|$", page, re.MULTILINE))
    rules = Rules()

    assert {
        "low": f"{rules.low:.0f} | {SHORTEST_HOLD} to {LONGEST}",
        "medium": f"{rules.medium:.0f} | {SHORTEST_HOLD} to {LONGEST}",
        "timeout": f"{rules.timeout:.0f} | {SHORTEST_TIMEOUT} to {LONGEST}",
        "priority": "0 | any number",
    } == rows
    assert f"{GATHER * 1000:.0f} milliseconds" in page


def test_the_example_of_a_resource_works(monkeypatch):
    """CONTRIBUTING.md's class can be routed to, binds its input and refuses a guest."""
    [example] = [text for kind, text in blocks(ROOT / "CONTRIBUTING.md") if kind == "python"]
    module = ModuleType("example")
    monkeypatch.setitem(sys.modules, "example", module)
    exec("from __future__ import annotations\n" + example, vars(module))

    catalogue = Catalogue([module])
    spec, params = catalogue.match(["ucwa", "v1", "applications", "17", "ReportMyNetwork"])
    operation = spec.operations["POST"]

    assert ({"application": "17"}, 204) == (params, operation.status)
    assert bind(operation.given, {"ClientNetworkType": "LAN"}).client_network_type == "LAN"
    with pytest.raises(BadParameters):
        bind(operation.given, {})
    assert Renderer(catalogue).catalogue["reportMyNetwork"] is spec
