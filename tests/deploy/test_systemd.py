"""The units of systemd: understood by systemd itself, and as closed as docs/deployment.md says."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from healther.cli.lazy import VERBS
from healther.core.setting_files import names_of_files
from healther.core.settings import Settings
from tests.support.docs import ROOT, page

ANALYZE = shutil.which("systemd-analyze")
UNITS = sorted((ROOT / "deploy/systemd").glob("*.service"))
INSTALLED = "/opt/healther/bin/healther"
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")


def lines(unit: Path, key: str) -> list[str]:
    """Everything a unit says under a key."""
    return re.findall(rf"^{key}=(.*)$", unit.read_text(), flags=re.MULTILINE)


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_systemd_understands_it_and_finds_it_closed(unit: Path, tmp_path: Path) -> None:
    for each in UNITS:
        here = each.read_text().replace(INSTALLED, str(Path(sys.executable).with_name("healther")))
        (tmp_path / each.name).write_text(here)
    copy = tmp_path / unit.name
    verified = subprocess.run([str(ANALYZE), "verify", "--man=no", copy], capture_output=True, text=True)
    assert (verified.returncode, verified.stderr) == (0, "")
    judged = subprocess.run(
        [str(ANALYZE), "security", "--offline=true", "--no-pager", copy], capture_output=True, text=True
    )
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", judged.stdout)
    assert found, judged.stdout + judged.stderr
    assert float(found[1]) <= 1.5, judged.stdout
    assert f"exposure level {found[1]}" in page("docs/deployment.md")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_it_runs_a_verb_of_healther_as_nobody_special(unit: Path) -> None:
    (command,) = lines(unit, "ExecStart")
    program, verb, *_ = command.split()
    assert program == INSTALLED
    assert verb in VERBS
    assert lines(unit, "User") == ["healther"]
    assert lines(unit, "CapabilityBoundingSet") == [""]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_its_settings_exist_and_secrets_are_credentials(unit: Path) -> None:
    credentials = {line.partition(":")[0] for line in lines(unit, "LoadCredential")}
    settings = dict(line.split("=", 1) for line in lines(unit, "Environment"))
    assert settings.keys() <= set(names_of_files(Settings).values())
    assert {value.removeprefix("%d/") for value in settings.values()} == credentials


def test_all_are_closed_alike_and_the_fleet_waits_for_its_schema() -> None:
    hardening = {unit.stem: unit.read_text().partition("NoNewPrivileges")[2].partition("\n\n")[0] for unit in UNITS}
    assert len({text.strip() for text in hardening.values()}) == 1
    for name in ("healther-api", "healther-worker"):
        unit = ROOT / f"deploy/systemd/{name}.service"
        assert lines(unit, "Requires") == ["healther-migrate.service"]
        assert "healther-migrate.service" in lines(unit, "After")[0]
