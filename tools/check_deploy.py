"""Check the files of deploy/: what they set, name and copy exists, and those who read them agree.

Each check yields what is wrong. ``make lint`` runs all of them, the tests run them one by one.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from daemons import Missing, ask, program
from openucwa.settings import OPTIONS, PREFIX

ROOT = Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
KUBERNETES = "1.31"
"""The oldest release that is still looked after by somebody."""

_SETTING = re.compile(rf"\b({PREFIX}\w+)(?:[=:] *([^\s$%]+)$)?", re.MULTILINE)
_NO_OPTIONS = {f"{PREFIX}PASSWORD"}
"""What compose.yaml puts into URLs, and the server never sees."""


def settings() -> Iterator[str]:
    """Each variable is that of an option, and a value that is written out is allowed."""
    options = {option.variable: option for option in OPTIONS.values()}
    for path in sorted(path for path in DEPLOY.rglob("*") if path.is_file()):
        for name, value in re.findall(
            rf"\b({PREFIX}\w+)(?:[=:] *([^\s$%]+)$)?", _text(path), re.MULTILINE
        ):
            if name not in options.keys() | _NO_OPTIONS:
                yield f"{path.name}: {name} is no option"
            elif value and name in options:
                try:
                    options[name].read(value, strict=False)
                except ValueError as error:
                    yield f"{path.name}: {name}: {error}"


def kubernetes() -> Iterator[str]:
    """The manifests are as the schemas of Kubernetes say, and their parts fit together."""
    import kubernetes_validate  # huge, and only `make lint` has it

    documents = [*yaml.safe_load_all(_text(DEPLOY / "kubernetes.yaml"))]
    for document in documents:
        try:
            kubernetes_validate.validate(document, KUBERNETES, strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"kubernetes.yaml: {document['kind']}: {error.message}"
    kinds = {document["kind"]: document for document in documents}
    template = kinds["Deployment"]["spec"]["template"]
    labels = template["metadata"]["labels"].items()
    [container] = template["spec"]["containers"]
    ports = {port["name"] for port in container["ports"]}
    for kind, where in (
        ("Deployment", "selector.matchLabels"),
        ("Service", "selector"),
        ("PodDisruptionBudget", "selector.matchLabels"),
        ("NetworkPolicy", "podSelector.matchLabels"),
    ):
        if not _at(kinds[kind]["spec"], where).items() <= labels:
            yield f"kubernetes.yaml: {kind} selects none of the pods"
    if {mount["name"] for mount in container["volumeMounts"]} != {
        volume["name"] for volume in template["spec"]["volumes"]
    }:
        yield "kubernetes.yaml: volumes are not those that are mounted"
    named = re.findall(r"[pP]ort: ([a-z]+)$", _text(DEPLOY / "kubernetes.yaml"), re.MULTILINE)
    yield from (f"kubernetes.yaml: no port {name}" for name in {*named} - ports)


def compose() -> Iterator[str]:
    """Services, volumes and files that are named exist, and whoever is waited for has a check."""
    said = yaml.safe_load(_text(DEPLOY / "compose.yaml"))
    services = said["services"]
    for name, service in services.items():
        for other in service.get("depends_on", {}):
            image = services.get(other, {})
            if "healthcheck" not in image and "build" not in image:
                yield f"compose.yaml: {name} waits for {other}, which has no health check"
        volumes = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        configs = {config["source"] for config in service.get("configs", ())}
        for missing in (volumes - said["volumes"].keys()) | (configs - said["configs"].keys()):
            yield f"compose.yaml: {name} uses {missing}, which is not there"
        if build := service.get("build"):
            context = (DEPLOY / build["context"]).resolve()
            if not (context / build["dockerfile"]).is_file():
                yield f"compose.yaml: no {build['dockerfile']}"
    for config in said["configs"].values():
        if "file" in config and not (DEPLOY / config["file"]).is_file():
            yield f"compose.yaml: no {config['file']}"


def dockerfile() -> Iterator[str]:
    """What is copied exists and is not ignored, and the server is not root."""
    lines = re.sub(r"\\\n", " ", _text(DEPLOY / "Dockerfile")).splitlines()
    steps = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    sent = {
        line[1:]
        for line in _text(DEPLOY / "Dockerfile.dockerignore").splitlines()
        if line[0] == "!"
    }
    for word, rest in steps:
        if word == "COPY" and not rest.startswith("--from="):
            for source in rest.split()[:-1]:
                if source.rstrip("/") not in sent or not (ROOT / source).exists():
                    yield f"Dockerfile: {source} is not there"
        if word in {"CMD", "ENTRYPOINT"}:
            json.loads(rest)  # else a shell would get the signals
    users = [rest for word, rest in steps if word == "USER"]
    if not users or users[-1] in {"0", "root"}:
        yield "Dockerfile: the server runs as root"
    if len({rest.split()[0] for word, rest in steps if word == "FROM"}) > 1:
        yield "Dockerfile: what was built for one Python runs with another"


def systemd() -> Iterator[str]:
    """``systemd-analyze`` understands the unit, and finds it well protected."""
    unit = _text(DEPLOY / "systemd" / "openucwa@.service")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "openucwa@1.service"
        file.write_text(unit.replace("/opt/openucwa/.venv/bin/openucwa", sys.executable))
        for words in (
            ("verify", "--man=no", "--recursive-errors=no"),
            ("security", "--offline=yes", "--threshold=30", "--no-pager"),
        ):
            done = subprocess.run(
                [program("systemd-analyze"), *words, str(file)],
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode or (words[0] == "verify" and done.stderr):
                yield f"openucwa@.service: {words[0]}: {done.stderr or done.stdout}"


def nginx() -> Iterator[str]:
    """Both configurations can be read by nginx."""
    said = yaml.safe_load(_text(DEPLOY / "compose.yaml"))
    inside = said["configs"]["nginx"]["content"].replace("$$", "$")
    site = _text(DEPLOY / "nginx" / "openucwa.conf")
    for name, text in (
        ("compose.yaml", re.sub(r"node-\d", "127.0.0.1", inside)),
        ("openucwa.conf", f"events {{}}\nhttp {{\n{site}\n}}\n"),
    ):
        with tempfile.TemporaryDirectory() as folder:
            yield from (f"{name}: {wrong}" for wrong in _nginx_says(Path(folder), text))


def _nginx_says(folder: Path, text: str) -> Iterator[str]:
    """Test a configuration, with a certificate and without rights."""
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
    words += ["-subj", "/CN=localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "chain.pem")]
    ask(program("openssl"), *words, *files)
    proxy = _text(DEPLOY / "nginx" / "openucwa_proxy.conf")
    (folder / "openucwa_proxy.conf").write_text(proxy)
    temporary = "".join(
        f"{kind}_temp_path {folder / kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = text.replace("/etc/ssl/pool.example.com", str(folder)).replace(
        "http {\n", f"http {{\n{temporary}"
    )
    file = folder / "nginx.conf"
    file.write_text(f"pid {folder / 'pid'};\n{text}")
    try:
        ask(program("nginx"), "-t", "-q", "-p", str(folder), "-e", "stderr", "-c", str(file))
    except RuntimeError as error:
        yield str(error)


def _at(tree: Any, path: str) -> Any:
    for name in path.split("."):
        tree = tree[name]
    return tree


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


CHECKS = (settings, compose, dockerfile, systemd, nginx)
"""The checks that tests run, too."""


def main() -> int:
    """Say what is wrong, and what could not be looked at; return the exit code."""
    wrong = []
    for check in (*CHECKS, kubernetes):
        try:
            wrong += check()
        except Missing as missing:
            print(f"deploy/: {check.__name__} not checked: {missing}")
    for line in wrong:
        print(line)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
