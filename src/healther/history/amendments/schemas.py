"""Wire schemas of amendments."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from healther.core.json_values import YesNo
from healther.core.text import Wire, plain_text

MOST_WATCHERS = 2_000

AmendedState = Literal["healthy", "degraded", "down", "unknown", "maintenance"]


class AmendmentCreate(Wire):
    """A correction of the record: what some watchers were for some time, whatever was recorded."""

    watcher_ids: list[UUID] = Field(
        default_factory=list, max_length=MOST_WATCHERS, description="Whose record; repeats count once."
    )
    all_watchers: YesNo = Field(default=False, description="Every watcher there is, instead of `watcher_ids`.")
    from_: AwareDatetime = Field(alias="from", description="Included.", examples=["2026-01-31T02:10:00Z"])
    to: AwareDatetime = Field(description="Excluded; not in the future.", examples=["2026-01-31T02:40:00Z"])
    state: AmendedState = Field(
        description="What it was. `unknown` and `maintenance` are not in the uptime.", examples=["unknown"]
    )
    reason: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=1000),
        AfterValidator(plain_text),
        Field(description="Why, for whoever reads the record later.", examples=["Our egress was down."]),
    ]


class AmendmentPublic(BaseModel):
    """What was corrected in one go. Later corrections lie over earlier ones."""

    id: UUID
    watcher_ids: list[UUID] = Field(description="Of those that still exist, in no order.")
    from_: datetime = Field(serialization_alias="from")
    to: datetime
    state: AmendedState
    reason: str
    created_at: datetime
    created_by: str = Field(description="What whoever did it was called.", examples=["Ada Lovelace"])
    withdrawn_at: datetime | None = Field(description="Since when it no longer counts.")
    withdrawn_by: str | None
