"""The pipeline: schedule, claim, dispatch, run, judge, record; a file a step."""
