"""Wire schemas of the dry run: what one check saw, in full."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from healther.core.wire import Millis
from healther.watchers.schemas import WatcherProbe


class ProbeTry(WatcherProbe):
    """A watcher's probe, to be run once without saving it."""

    watcher_id: UUID | None = Field(
        default=None, description="A watcher whose options hold where `options` has none, as in an update."
    )


class PhasesPublic(BaseModel):
    """How long each phase took, in milliseconds; null = it did not happen. Redirects add up."""

    dns_ms: Millis | None
    connect_ms: Millis | None
    tls_ms: Millis | None
    first_byte_ms: Millis | None
    transfer_ms: Millis | None


class HopPublic(BaseModel):
    """One request of the check: the first, or where a redirect led."""

    url: str
    address: str | None
    status: int | None
    http_version: str | None
    headers: list[tuple[str, str]]
    phases: PhasesPublic


class ProbeSeen(BaseModel):
    """What one check said and saw. Nothing of it is stored."""

    status: Literal["healthy", "degraded", "down", "unknown"]
    reason: str | None = Field(description="Why it is not healthy, from the closed list in docs/probes.")
    message: str | None
    response_status: int | None
    response_time_ms: Millis | None
    phases: PhasesPublic
    certificate_not_after: datetime | None
    tls_version: str | None = Field(examples=["TLSv1.3"])
    tls_cipher: str | None = Field(examples=["TLS_AES_256_GCM_SHA384"])
    certificate_subject: str | None
    certificate_issuer: str | None
    hops: list[HopPublic]
    body_bytes: int
    body_excerpt: str
