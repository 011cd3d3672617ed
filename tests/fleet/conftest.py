"""What every scenario needs: processes to start, a target to watch."""

from tests.support.process_fixtures import processes, running_target

__all__ = ["processes", "running_target"]
