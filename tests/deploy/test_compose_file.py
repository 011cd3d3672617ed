"""compose.yaml and the Dockerfile, read: nothing runs as root, nothing floats, everything is watched and bounded."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from healther.core.setting_files import names_of_files
from healther.core.settings import Settings
from tests.support.containers import compose, image_environment, instructions, of_stage, services
from tests.support.docs import ROOT

SERVICES = services()
ONCE = {"secrets", "migrate"}
STAGES = ("healther", "frontend")


def test_the_services_are_those_of_the_readme():
    assert SERVICES.keys() - ONCE == {"db", "redis", "api", "worker", "frontend", "mailhog"}


@pytest.mark.parametrize("name", SERVICES)
def test_no_service_is_root_or_may_become_more_than_it_is(name):
    service = SERVICES[name]
    user, group = service["user"].split(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "pid", "ipc"} & service.keys()


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_bounded(name):
    limits = SERVICES[name]["deploy"]["resources"]["limits"]
    assert limits.keys() == {"cpus", "memory", "pids"}
    assert SERVICES[name]["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", SERVICES)
def test_what_runs_on_has_a_health_check_and_what_depends_waits_for_it(name):
    service = SERVICES[name]
    if name in ONCE:
        assert (service["restart"], "healthcheck" in service) == ("no", False)
    else:
        assert service["restart"] == "unless-stopped"
        assert {"test", "interval", "timeout", "retries"} <= service["healthcheck"].keys()
    conditions = {other: how["condition"] for other, how in service.get("depends_on", {}).items()}
    assert conditions == {
        other: "service_completed_successfully" if other in ONCE else "service_healthy" for other in conditions
    }


def test_everything_waits_for_the_migration_and_that_for_the_secrets():
    def all_before(name: str) -> set[str]:
        direct = SERVICES[name].get("depends_on", {}).keys()
        return set(direct).union(*(all_before(each) for each in direct))

    assert {"migrate", "db", "secrets"} <= all_before("api") & all_before("worker")


def test_every_image_is_pinned_to_a_release():
    bases = [rest.partition(" AS ")[0] for _, name, rest in instructions() if name == "FROM"]
    images = {service["image"] for service in SERVICES.values()} | set(bases)
    assert len(images) > 7
    assert [each for each in images if not re.search(r":v?\d+\.\d+(\.\d+)?[\w.-]*(@sha256:[0-9a-f]{64})?$", each)] == []


@pytest.mark.parametrize("stage", STAGES)
def test_the_images_run_as_a_user_with_a_number(stage):
    """A name would not tell Kubernetes that it is not root."""
    assert re.fullmatch(r"[1-9]\d*:[1-9]\d*", of_stage(stage, "USER")[-1])
    built = [service for service in SERVICES.values() if service.get("build", {}).get("target") == stage]
    assert {service["user"] for service in built} == {of_stage(stage, "USER")[-1]}


def test_every_setting_in_it_is_one_and_secrets_come_from_files():
    known = {f"HEALTHER_{name.upper()}" for name in Settings.model_fields} | set(names_of_files(Settings).values())
    for name in ("migrate", "api", "worker"):
        assert SERVICES[name]["environment"].keys() <= known
    given = {key for service in SERVICES.values() for key in service.get("environment", {})}
    assert {"HEALTHER_SECRET_KEY_FILE", "HEALTHER_DATABASE_URL_FILE", "POSTGRES_PASSWORD_FILE"} <= given
    assert not {"HEALTHER_SECRET_KEY", "HEALTHER_DATABASE_URL", "POSTGRES_PASSWORD"} & given


def test_only_the_frontend_and_the_mail_page_are_reached_from_outside_and_only_by_this_machine():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert ports.keys() == {"frontend", "mailhog"}
    assert all(each.startswith("127.0.0.1:") for published in ports.values() for each in published)


def test_the_database_and_redis_reach_nothing_and_only_what_needs_them_reaches_them():
    read = compose()
    assert read["networks"]["data"] == {"internal": True}
    inside = {name for name, service in SERVICES.items() if "data" in service.get("networks", [])}
    assert inside == {"db", "redis", "migrate", "api", "worker"}
    assert SERVICES["db"]["networks"] == SERVICES["redis"]["networks"] == ["data"]
    assert read["volumes"].keys() == {"database", "secrets"}


def test_the_frontend_is_told_all_that_its_template_asks_for():
    given = image_environment("frontend") | SERVICES["frontend"]["environment"]
    asked = set(re.findall(r"\$\{(\w+)\}", (ROOT / "deploy/nginx/healther.conf.template").read_text()))
    assert asked - given.keys() == {"NGINX_LOCAL_RESOLVERS"}, "which the entry point of the image finds by itself"
    assert given["NGINX_ENTRYPOINT_LOCAL_RESOLVERS"]


def test_what_the_dockerfile_copies_is_there_and_sent_to_the_build():
    ignored = (ROOT / ".dockerignore").read_text().splitlines()
    sent = [line.removeprefix("!") for line in ignored if line.startswith("!")]
    for _, name, rest in instructions():
        if name == "COPY" and "--from=" not in rest:
            for source in [word for word in rest.split() if not word.startswith("--")][:-1]:
                assert (ROOT / source).exists(), source
                assert any(source == each or source.startswith(f"{each}/") for each in sent), source


def test_a_linter_finds_nothing_in_the_dockerfile():
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "--no-color", "Dockerfile"], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_docker_itself_reads_compose_yaml():
    docker = shutil.which("docker")
    client = docker and subprocess.run([docker, "compose", "version"], capture_output=True).returncode == 0
    if not client:
        pytest.skip("the client `docker compose` is not installed")
    done = subprocess.run([docker, "compose", "config", "--quiet"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
