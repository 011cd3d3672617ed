"""What a start costs is what it imports: a verb has what it needs, and nothing that it may never need."""

import gc
import subprocess
import sys

import pytest

from healther.core.later import Later, load

# Needed by: a schema that is behind, Redis, channels of Apprise, pictures, calendars, PDFs, traces that are on.
FEW_NEED = {"alembic", "redis", "rq", "apprise", "requests", "PIL", "icalendar", "fpdf", "opentelemetry.sdk"}
WEB = {"fastapi", "starlette", "uvicorn", "jinja2"}
DATABASES = {"sqlmodel", "psycopg", "aiosqlite"}
# Redis' own client loads the SDK of traces where it is installed.
QUEUE = {"redis", "rq", "opentelemetry.sdk"}


def imported_by(module: str) -> set[str]:
    code = f"import sys; from healther.core.later import load; load({module!r}); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize(
    ("module", "without", "most"),
    [
        ("healther.cli", FEW_NEED | WEB | DATABASES, 500),
        ("healther.cli.check", FEW_NEED | WEB | DATABASES, 700),
        ("healther.cli.doctor", (FEW_NEED | WEB) - QUEUE, 1_350),
        ("healther.cli.user", FEW_NEED | WEB, 900),
        ("healther.cli.serve", FEW_NEED, 1_750),
        ("healther.workers.command", (FEW_NEED - QUEUE) | {"fastapi"}, 1_600),
    ],
)
def test_a_verb_imports_what_it_needs_and_nothing_else(module: str, without: set[str], most: int) -> None:
    imported = imported_by(module)
    assert module in imported
    assert imported & without == set()
    assert len(imported) <= most


def test_a_module_for_later_is_imported_when_it_is_first_asked_for_something() -> None:
    code = (
        "import sys; from healther.core.later import Later; card = Later('healther.status_pages.card')\n"
        "assert 'healther.status_pages.card' not in sys.modules\n"
        "assert card.SIZE == sys.modules['healther.status_pages.card'].SIZE"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_what_a_module_for_later_does_not_have_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="'json' has no attribute 'nothing'"):
        _ = Later("json").nothing


def test_a_program_that_cannot_be_loaded_leaves_the_garbage_collector_on() -> None:
    with pytest.raises(ModuleNotFoundError):
        load("healther.nothing")
    assert gc.isenabled()
