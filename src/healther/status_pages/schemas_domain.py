"""Wire schemas of a page's own domain."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from healther.core.clock import to_utc
from healther.status_pages.claims import GRACE_MS, record_name, record_value
from healther.status_pages.domains import check_domain
from healther.status_pages.models import PageDomain

Domain = Annotated[
    str,
    StringConstraints(max_length=260),
    AfterValidator(check_domain),
    Field(
        title="Custom domain",
        description="A domain whose DNS leads to healther; it shows this page and nothing else, once it is proven "
        "(`domain`). Null = none.",
        examples=["status.example.org"],
    ),
]


class DomainPublic(BaseModel):
    """How it stands with a page's own domain."""

    state: Literal["waiting", "proven", "missing", "trusted"] = Field(
        description="`waiting`: not served before the record is there; `proven`: it is; `missing`: served, but the "
        "record is gone; `trusted`: served without one."
    )
    record_name: str = Field(examples=["_healther.status.example.org"])
    record_value: str = Field(
        description="What the TXT record of that name says.",
        examples=["healther-page=01a209c34d4f77a19ccc47d635fc90f9"],
    )
    checked_at: datetime | None = Field(description="When DNS was asked last.")
    ends_at: datetime | None = Field(description="Of a missing one: when it is served no more.")
    problem: str | None = Field(description="What was wrong then.")

    @classmethod
    def of(cls, row: PageDomain) -> "DomainPublic":
        """A stored one."""
        state = row.proof and ("trusted" if row.proof == "trusted" else "missing" if row.missing_since else "proven")
        return cls(
            state=state or "waiting",
            record_name=record_name(row.domain),
            record_value=record_value(row.page_id),
            checked_at=None if row.checked_at is None else to_utc(row.checked_at),
            ends_at=None if row.missing_since is None else to_utc(row.missing_since + GRACE_MS),
            problem=row.problem,
        )
