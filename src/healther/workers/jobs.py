"""RQ jobs: each only hands its ids to the process's own engine and returns."""

from uuid import UUID

from healther.workers.host import current_host


def check_batch(batch: list[tuple[str, int]]) -> None:
    """Runs the claims (watcher id, fence) that are still held; waits only until the engine has room for them."""
    current_host().accept([(UUID(watcher_id), fence) for watcher_id, fence in batch])


def send_deliveries() -> None:
    """Has the senders of this process look for what was queued elsewhere."""
    current_host().send_deliveries()
