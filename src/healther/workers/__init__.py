"""`python -m healther.workers`: the schedule loop and the RQ worker."""
