"""The steps of a policy as they are read from the database, whoever wrote them there, and when."""

from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy import JSON
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from healther.alerting.policies.schemas import PolicyStep

log = structlog.get_logger()


class StoredSteps(TypeDecorator[list[dict[str, Any]]]):
    """Steps as JSON. What a step leaves out is read as what it means.

    One that cannot be read names nobody, with an error in the log: it keeps its place, for those that are at work.
    """

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: object, dialect: Dialect) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = []
        for step in value if isinstance(value, list) else [value]:
            earliest_s = steps[-1]["after_s"] if steps else 0
            steps.append(_read(step, earliest_s).model_dump(mode="json"))
        return steps


def _read(step: object, earliest_s: int) -> PolicyStep:
    try:
        return PolicyStep.model_validate(step, extra="ignore")
    except ValidationError as error:
        wrong = [(each["loc"], each["msg"]) for each in error.errors(include_url=False, include_input=False)]
        log.error("a step of an alert policy cannot be read and tells nobody", step=step, wrong=wrong)
        return PolicyStep(after_s=earliest_s)
