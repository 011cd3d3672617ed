"""`python -m healther.workers`."""

import typer

from healther.workers.command import worker

if __name__ == "__main__":
    typer.run(worker)
