"""What `pip install .` installs: the wheel, built by the backend pip would use, used from a folder of its own."""

import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import httpx
import pytest

from tests.support.processes import START_TIMEOUT_S
from tests.support.servers import can_connect, free_port, wait_until

ROOT = Path(__file__).parents[2]
WEB_APP = ROOT / "src/healther/webapp/dist"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (built,) = folder.glob("healther-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, unpacked as pip would."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


SCRIPT = """
import healther, sys; assert healther.__file__.startswith(sys.argv.pop(1)), healther.__file__
from healther.cli import main; sys.argv[0] = 'healther'; main()
"""


def run(installed: Path, folder: Path, *arguments: str) -> str:
    """The command `healther` of that folder, not of the working copy."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(installed), *arguments],
        env={**os.environ, "PYTHONPATH": str(installed)},
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(wheel: Path) -> None:
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "src/healther"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    built = [path.relative_to(ROOT).as_posix() for path in WEB_APP.rglob("*") if path.is_file()]
    packed = [*tracked, *(path for path in built if "/.vite/" not in path)]
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert names == {path.removeprefix("src/") for path in packed if (ROOT / path).exists()}
    # What is no module is forgotten most easily.
    assert {
        "healther/py.typed",
        "healther/migrations/script.py.mako",
        "healther/accounts/common_passwords.txt",
    } <= names


def test_the_wheel_and_the_source_bring_the_built_web_app(wheel: Path, tmp_path: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    page = (WEB_APP / "index.html").read_text()
    linked = {f"healther/webapp/dist{path}" for path in re.findall(r'(?:src|href)="(/[^"]+)"', page)}
    assert len(linked) > 3
    assert linked | {"healther/webapp/dist/index.html", "healther/webapp/dist/index.html.br"} <= names
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", tmp_path], cwd=ROOT, check=True)
    (source,) = tmp_path.glob("healther-*.tar.gz")
    with tarfile.open(source) as archive:
        inside = {name.partition("/")[2] for name in archive.getnames()}
    assert {"src/healther/webapp/dist/index.html", "web/src/main.tsx", "web/package-lock.json"} <= inside
    assert not any("node_modules/" in name for name in inside)


def test_the_wheel_names_its_command_its_licence_and_its_python(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        texts = {
            name.partition(".dist-info/")[2]: archive.read(name) for name in archive.namelist() if "dist-info" in name
        }
    assert b"healther = healther.cli:main" in texts["entry_points.txt"]
    assert "licenses/LICENSE" in texts
    assert b"Requires-Python: >=3.11" in texts["METADATA"]
    assert b"# healther" in texts["METADATA"]


def test_the_installed_command_explains_itself_and_migrates(installed: Path, tmp_path: Path) -> None:
    said = run(installed, tmp_path, "--help")
    for verb in ("up", "api", "worker", "migrate", "check", "doctor", "user"):
        assert verb in said
    assert "The schema was made, at " in run(installed, tmp_path, "migrate")
    assert (tmp_path / "healther.db").exists()


def test_an_installation_without_the_web_app_opens_no_page_and_says_how_to_get_it(
    installed: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(installed, site, ignore=shutil.ignore_patterns("dist"))
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": str(site), "COLUMNS": "200", "HEALTHER_REFERENCE_TARGETS": ""}
    with (tmp_path / "said").open("w") as said:
        command = [sys.executable, "-c", SCRIPT, str(site), "up", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, cwd=tmp_path, stderr=said)
    try:
        wait_until(lambda: process.poll() is not None or can_connect(port), "it listens", START_TIMEOUT_S)
        assert httpx.get(f"http://127.0.0.1:{port}/").status_code == 503
        assert httpx.get(f"http://127.0.0.1:{port}/api/v1/openapi.json").status_code == 200
        process.send_signal(signal.SIGTERM)
        process.wait(30)
    finally:
        process.kill()
        process.wait(10)
    greeting = (tmp_path / "said").read_text()
    assert "web app    not in this installation: `make web && pip install .` in a checkout brings it;" in greeting
    assert "no account yet: make the first one in another terminal:\n    healther user create" in greeting
    assert "open http" not in greeting
