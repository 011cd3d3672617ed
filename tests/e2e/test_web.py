"""The web app in a real Chromium against a real `healther up`: web/e2e, run by Playwright."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"


def test_every_story_in_the_browser_is_as_told() -> None:
    npx = shutil.which("npx")
    assert npx, "Node.js 20 or later is needed: https://nodejs.org, or Debian's packages nodejs and npm"
    # In a terminal's colours the report is hard to read inside pytest's.
    env = {**os.environ, "HEALTHER_TEST_PYTHON": sys.executable, "NO_COLOR": "1"}
    env.pop("FORCE_COLOR", None)
    done = subprocess.run(
        [npx, "playwright", "test"], cwd=WEB, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert done.returncode == 0, done.stdout[-20_000:]
