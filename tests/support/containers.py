"""compose.yaml and the Dockerfile as data, read the way their tools would."""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from tests.support.docs import ROOT

Service = dict[str, Any]


def interpolate(text: str, environment: Mapping[str, str]) -> str:
    """`${NAME}`, `${NAME-default}` and `${NAME:-default}` filled in, as Compose does it."""

    def value(match: re.Match[str]) -> str:
        name, operator, default = match["name"], match["operator"], match["default"] or ""
        given = environment.get(name)
        return default if given is None or (given == "" and operator == ":-") else given

    return re.sub(r"\$\{(?P<name>[A-Z_]+)(?:(?P<operator>:?-)(?P<default>[^}]*))?\}", value, text)


def compose(environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """compose.yaml with this environment's variables."""
    read: dict[str, Any] = yaml.safe_load(interpolate((ROOT / "compose.yaml").read_text(), environment or {}))
    return read


def services(environment: Mapping[str, str] | None = None) -> dict[str, Service]:
    """Its services by name."""
    found: dict[str, Service] = compose(environment)["services"]
    return found


def instructions() -> list[tuple[str, str, str]]:
    """Every instruction of the Dockerfile: (stage, name, arguments), lines joined, arguments of the build filled in."""
    text = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE))
    stage, arguments, found = "", {}, []
    for line in filter(None, text.splitlines()):
        name, _, rest = line.partition(" ")
        if name == "ARG":
            key, _, default = rest.partition("=")
            arguments[key] = default
        if name == "FROM":
            rest = interpolate(rest, arguments)
            stage = rest.partition(" AS ")[2]
        found.append((stage, name, rest.strip()))
    return found


def of_stage(stage: str, name: str) -> list[str]:
    """The arguments of every instruction of that name in a stage."""
    return [rest for where, what, rest in instructions() if (where, what) == (stage, name)]


def image_environment(stage: str) -> dict[str, str]:
    """What ENV sets in a stage."""
    pairs = (pair.partition("=") for line in of_stage(stage, "ENV") for pair in line.split())
    return {key: value for key, _, value in pairs}


def copies(stage: str) -> dict[str, str]:
    """Where COPY puts what is in the repository: target by source."""
    lines = (line.split() for line in of_stage(stage, "COPY") if "--from=" not in line)
    return {source: words[-1] for words in lines for source in [w for w in words if not w.startswith("--")][:-1]}
