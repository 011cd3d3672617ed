"""What an incident is called that nobody gave a name: kept as facts, spelled in the language of whoever reads it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from healther.incidents.models import CauseKind, Impact, Incident

_TITLE_CHARS = 200


class How(StrEnum):
    """What a title says of those it names."""

    DOWN = "down"
    DEGRADED = "degraded"
    FLAPPING = "flapping"
    IMPAIRED = "impaired"
    """Some are down, some are degraded."""


HOW = {Impact.DOWN: How.DOWN, Impact.DEGRADED: How.DEGRADED}
"""Of what an incident means for one."""


class TitleFacts(BaseModel):
    """What a title of healther's own says: of one service by its name, or of `count` with a cause in common."""

    model_config = ConfigDict(frozen=True)

    how: How
    name: str | None = Field(default=None, description="Of the one service.", examples=["Shop"])
    count: int = Field(default=1, examples=[3])
    cause_kind: CauseKind | None = None
    cause: str | None = Field(default=None, examples=["10.0.0.7"])


@dataclass(frozen=True, slots=True)
class _Words:
    one: Mapping[How, str]
    some: Mapping[How, str]
    where: Mapping[CauseKind, str]


_ENGLISH = _Words(
    one={
        How.DOWN: "{who} is down",
        How.DEGRADED: "{who} is degraded",
        How.FLAPPING: "{who} is flapping",
        How.IMPAIRED: "{who} has problems",
    },
    some={
        How.DOWN: "{who} are down",
        How.DEGRADED: "{who} are degraded",
        How.FLAPPING: "{who} are flapping",
        How.IMPAIRED: "{who} have problems",
    },
    where={
        CauseKind.HOST: "{count} services on {cause}",
        CauseKind.ADDRESS: "{count} services on {cause}",
        CauseKind.CERTIFICATE: "{count} services with the same certificate",
        CauseKind.ZONE: "{count} services under {cause}",
        CauseKind.REGION: "{count} services at the same moment",
    },
)
_GERMAN = _Words(
    one={
        How.DOWN: "{who} ist ausgefallen",
        How.DEGRADED: "{who} ist beeinträchtigt",
        How.FLAPPING: "{who} flattert",
        How.IMPAIRED: "{who} hat Störungen",
    },
    some={
        How.DOWN: "{who} sind ausgefallen",
        How.DEGRADED: "{who} sind beeinträchtigt",
        How.FLAPPING: "{who} flattern",
        How.IMPAIRED: "{who} haben Störungen",
    },
    where={
        CauseKind.HOST: "{count} Dienste auf {cause}",
        CauseKind.ADDRESS: "{count} Dienste auf {cause}",
        CauseKind.CERTIFICATE: "{count} Dienste mit demselben Zertifikat",
        CauseKind.ZONE: "{count} Dienste unter {cause}",
        CauseKind.REGION: "{count} Dienste im selben Moment",
    },
)


def of_one(name: str, impact: Impact) -> TitleFacts:
    """Of one service: `Shop is down`."""
    return TitleFacts(how=HOW[impact], name=name)


def spelled(facts: TitleFacts, language: str = "en") -> str:
    """`3 services on 10.0.0.7 are down`; English where a language is not spoken here."""
    words = _words_of(language)
    if facts.name is not None:
        return words.one[facts.how].replace("{who}", facts.name)[:_TITLE_CHARS]
    who = where(facts.cause_kind, facts.cause, facts.count, language)
    return words.some[facts.how].replace("{who}", who)[:_TITLE_CHARS]


def where(kind: CauseKind | None, cause: str | None, count: int, language: str = "en") -> str:
    """`3 services on 10.0.0.7`."""
    text = _words_of(language).where[kind or CauseKind.REGION]
    return text.replace("{count}", str(count)).replace("{cause}", cause or "")


def call(incident: Incident, facts: TitleFacts) -> bool:
    """Has healther's own title of an incident say this, in English beside the facts; whether that is news."""
    if incident.title_facts == stored(facts):
        return False
    incident.title, incident.title_facts = spelled(facts), stored(facts)
    return True


def call_by_its_worst(incident: Incident) -> None:
    """For one that is over, about one service: its title followed how it was, and now says the worst, as the impact."""
    facts = None if incident.title_given or incident.cause_kind is not None else facts_of(incident)
    if facts is not None and facts.name is not None:
        call(incident, of_one(facts.name, Impact(incident.impact)))


def stored(facts: TitleFacts) -> dict[str, Any]:
    """As the database keeps it."""
    return facts.model_dump(mode="json", exclude_none=True)


def title_in(language: str, incident: Incident) -> str:
    """The title as a person gave it; healther's own in this language, one from before facts were kept in English."""
    facts = facts_of(incident)
    return incident.title if facts is None else spelled(facts, language)


def facts_of(incident: Incident) -> TitleFacts | None:
    """What the title is made of, where healther made it; None for facts that only a newer version knows, too."""
    try:
        return None if incident.title_facts is None else TitleFacts.model_validate(incident.title_facts)
    except ValidationError:
        return None


def _words_of(language: str) -> _Words:
    return _GERMAN if language == "de" else _ENGLISH
