"""The Nginx of the frontend image as a plain process: its template filled as the image's entry point fills it."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.support.containers import copies, image_environment
from tests.support.docs import ROOT
from tests.support.processes import Process
from tests.support.servers import can_connect, free_port, wait_until

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
WITHOUT = "nginx is not installed (Debian: nginx-light)"
TEMPLATES = "/etc/nginx/templates/"
BUILT = ROOT / "src/healther/webapp/dist"


def nginx_version() -> tuple[int, ...]:
    """Of the Nginx that is installed."""
    said = subprocess.run([str(NGINX), "-v"], capture_output=True, text=True).stderr
    return tuple(int(part) for part in re.findall(r"\d+", said.partition("/")[2].partition(" ")[0]))


def filled(environment: Mapping[str, str]) -> dict[str, str]:
    """The files of the image's /etc/nginx/templates by the name they get, variables that pass its filter filled in."""
    passing = re.compile(environment["NGINX_ENVSUBST_FILTER"])
    known = {name: value for name, value in environment.items() if passing.search(name)}

    def value(match: re.Match[str]) -> str:
        return known.get(match[1] or match[2], match[0])

    pattern = re.compile(r"\$(?:\{([A-Za-z_]\w*)\}|([A-Za-z_]\w*))")
    return {
        Path(target).name.removesuffix(".template"): pattern.sub(value, (ROOT / source).read_text())
        for source, target in copies("frontend").items()
        if target.startswith(TEMPLATES)
    }


def local_resolvers() -> str:
    """What the entry point takes from /etc/resolv.conf; this machine itself where it names nobody."""
    text = Path("/etc/resolv.conf").read_text() if Path("/etc/resolv.conf").exists() else ""
    found = re.findall(r"^nameserver\s+([0-9.]+)\s*$", text, flags=re.MULTILINE)
    return " ".join(found) or "127.0.0.1"


class Nginx(Process):
    """Nginx in a folder of its own, serving at `url`."""

    def __init__(self, home: Path, environment: Mapping[str, str], here: Callable[[str], str]) -> None:
        """`environment` is the container's; `here` turns what a container has into what this machine has."""
        assert NGINX is not None, WITHOUT
        run, cache = home / "run", home / "cache"
        for folder in (run, cache, home / "healther.d"):
            folder.mkdir(parents=True, exist_ok=True)
        self.access_log = home / "access.log"
        places = {
            "/run/healther": str(run), "/var/cache/nginx": str(cache), "/usr/share/nginx/html": str(BUILT),
            "/etc/nginx/healther.d": str(home / "healther.d"), "/dev/stdout": str(self.access_log),
        }  # fmt: skip

        def there(text: str) -> str:
            for place, path in places.items():
                text = text.replace(place, path)
            return text

        given = image_environment("frontend") | environment
        given = {name: here(value) for name, value in given.items()}
        given |= {"NGINX_LOCAL_RESOLVERS": local_resolvers()}
        for name, text in filled(given).items():
            (run / name).write_text(there(text))
        (main,) = (source for source, target in copies("frontend").items() if target == "/etc/nginx/nginx.conf")
        configuration = home / "nginx.conf"
        configuration.write_text(there((ROOT / main).read_text()))
        # Only root would give its rights away, to somebody who may not read this folder.
        options = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
        self.url = f"http://127.0.0.1:{given['NGINX_PORT']}"
        super().__init__(
            "frontend", [NGINX, "-p", str(home), "-c", str(configuration), "-g", options], {}, home / "nginx.log", home
        )
        wait_until(lambda: can_connect(int(given["NGINX_PORT"])) or not self.alive, "Nginx listens")
        assert self.alive, self.log


@contextlib.contextmanager
def nginx_before(api: str, home: Path, public_url: str, port: int | None = None, also: str = "") -> Iterator[Nginx]:
    """Nginx in front of an API at `http://...`; `also` is a configuration file of the operator's."""
    environment = {
        "HEALTHER_API": api.removeprefix("http://"),
        "HEALTHER_PUBLIC_URL": public_url,
        "NGINX_PORT": str(port or free_port()),
    }
    (home / "healther.d").mkdir(parents=True)
    (home / "healther.d/also.conf").write_text(also)
    running = Nginx(home, environment, lambda text: text)
    try:
        yield running
    finally:
        running.end()
