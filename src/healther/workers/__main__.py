"""`python -m healther.workers`."""

import typer

from healther.core.later import load

if __name__ == "__main__":
    typer.run(load("healther.workers.command").worker)
