"""docs/first-minutes.md and the README at a terminal, word by word, as somebody types who reads them; but for ports."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import docs
from tests.support.processes import Processes
from tests.support.servers import can_connect, free_port, wait_until
from tests.support.terminal import Terminal, as_said, blocks

RUN = "HEALTHER_ALLOW_NETWORKS=127.0.0.1/32 make run"
SERVE = "python3 -m http.server 8080"
STOP = "kill %1"


@pytest.fixture
def terminal(tmp_path: Path, processes: Processes) -> Iterator[Terminal]:
    """A terminal in the folder in which healther runs, with nothing set but what the page has set."""
    processes.env = {name: value for name, value in processes.env.items() if not name.startswith("HEALTHER_")}
    (tmp_path / ".venv").symlink_to(sys.prefix)
    terminal = Terminal(tmp_path, processes.env, "correct horse battery")
    try:
        yield terminal
    finally:
        terminal.end()


def test_what_the_first_minutes_and_the_readme_say_is_what_happens(processes: Processes, terminal: Terminal) -> None:
    page, readme = docs.page("docs/first-minutes.md"), docs.page("README.md")
    story = list(blocks(page.partition("## From a terminal")[2]))
    assert story.pop(0) == (RUN, "")
    assert RUN in readme
    # No address outside of this machine is asked whether the line is up.
    processes.settings(ALLOW_NETWORKS="127.0.0.1/32", REFERENCE_TARGETS="")
    healther, watched = processes.up().url.rpartition(":")[2], str(free_port())

    def here(text: str) -> str:
        return text.replace("8000", healther).replace("8080", watched)

    def follow(commands: str, said: str) -> None:
        printed = [terminal.run(here(commands))]
        if commands == STOP or SERVE in commands:
            wait_until(lambda: can_connect(int(watched)) is (commands != STOP), commands)
        if "$WATCHED -H" in commands:
            # What comes "a second later" is asked for until it has come, as by whoever reads it.
            wait_until(
                lambda: as_said(said, printed[-1]) or printed.append(terminal.run(here(commands))) or False, said
            )
        assert as_said(said, printed[-1]), f"{commands}\n\n{said}\n\n{printed[-1]}"

    for commands, said in story:
        follow(commands, said)
    assert len(story) >= 12

    shown = re.search(r"^    \$ (.*--allow.*)\n((?:    .*\n)+)", readme, re.MULTILINE)
    assert shown
    assert as_said(shown[2], terminal.run(here(shown[1])))
