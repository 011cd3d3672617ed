"""A shell at a terminal of its own, and what a page says that somebody types there."""

import contextlib
import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

ANSWER_S = 60.0
_BLOCK = re.compile(r"```sh\n(.*?)```\n(?:```text\n(.*?)```\n)?", re.DOTALL)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_NUMBER = re.compile(r"\d+(\.\d+)?")


def blocks(page: str) -> Iterator[tuple[str, str]]:
    """Each block of commands of a Markdown text, with what it says that they print."""
    for match in _BLOCK.finditer(page):
        yield match[1].strip(), (match[2] or "").strip()


def as_said(said: str, printed: str) -> bool:
    """Whether this was printed, in this order: `...` is anything, moments and numbers are any, bars of any length."""
    text, at = _without_figures(printed), 0
    for part in _without_figures(said).split("..."):
        at = text.find(part.strip(), at)
        if at < 0:
            return False
        at += len(part.strip())
    return True


def _without_figures(text: str) -> str:
    return " ".join(_NUMBER.sub("N", _MOMENT.sub("T", text)).replace("█", "").split())


class Terminal:
    """The shell; passwords are typed where one is asked for."""

    def __init__(self, home: Path, env: dict[str, str], password: str) -> None:
        self._password = password
        self._side, theirs = pty.openpty()
        command = ["setsid", "--ctty", "bash", "--norc", "--noprofile", "--noediting", "-i"]
        plain = {**env, "PS1": "", "PS2": "", "TERM": "dumb"}
        self._shell = subprocess.Popen(command, cwd=home, env=plain, stdin=theirs, stdout=theirs, stderr=theirs)
        os.close(theirs)
        self._screen = ""
        self._runs = 0
        self.run("PS1= PS2=; stty -echo")

    def run(self, commands: str) -> str:
        """What the commands print."""
        self._runs += 1
        begun = len(self._screen)
        for line in commands.splitlines():
            self._type(line)
            if line.startswith("read "):
                self._type(self._password)
            if " user create " in line:
                # With the space that comes once typing is unseen: what is typed before is thrown away.
                for prompt in ("more): ", "confirmation: "):
                    self._until(prompt, begun)
                    self._type(self._password)
                self._until("account", begun)
        self._type(f"echo; echo end-of-$(({self._runs}))")
        end = f"\nend-of-{self._runs}\n"
        self._until(end, begun)
        return self._screen[begun:].partition(end)[0]

    def end(self) -> None:
        """Ends the shell and what it has started."""
        family = [psutil.Process(self._shell.pid)]
        family += family[0].children(recursive=True)
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._shell.wait(10)
        os.close(self._side)

    def _type(self, line: str) -> None:
        os.write(self._side, f"{line}\n".encode())

    def _until(self, text: str, begun: int) -> None:
        give_up_at = time.monotonic() + ANSWER_S
        while text not in self._screen[begun:]:
            ready, _, _ = select.select([self._side], [], [], max(0.0, give_up_at - time.monotonic()))
            assert ready, f"{text!r} did not come:\n{self._screen[begun:]}"
            self._screen += os.read(self._side, 65536).decode(errors="replace").replace("\r\n", "\n")
