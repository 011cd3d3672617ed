"""`python -m healther.workers` (= `healther worker`): the schedule loop, the engine, the RQ worker feeding it."""
