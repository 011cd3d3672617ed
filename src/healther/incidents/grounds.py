"""Why somebody is not told of an incident: a word of a closed list and what it is about, and the same in English.

The app spells them in the reader's language (`because` in the catalogues of web/); programs read either.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_MOST_CHARS = 300


class Because(StrEnum):
    """The closed list."""

    MAINTENANCE = "maintenance"
    FLAPPING = "flapping"
    NO_NETWORK = "no_network"
    NOT_CHECKED = "not_checked"
    PARENT_IS = "parent_is"
    PARENT_FLAPS = "parent_flaps"
    PARENT_FAILS = "parent_fails"
    PARENT_NOT_CHECKED = "parent_not_checked"
    PARENT_IS_BACK = "parent_is_back"
    NO_POLICY = "no_policy"
    NOBODY_ON_CALL = "nobody_on_call"
    TAKEN_ON = "taken_on"
    NO_MEMBER = "no_member"
    CHANNEL_DELETED = "channel_deleted"
    CHANNEL_OFF = "channel_off"
    UNCONFIRMED = "unconfirmed"
    REFUSED = "refused"
    QUIET_HOURS = "quiet_hours"
    SAME_ADDRESS = "same_address"
    SUPERSEDED = "superseded"
    OVERTAKEN = "overtaken"
    UNREACHED = "unreached"
    JOINED_BRIEFLY = "joined_briefly"
    HELD_TO_THE_END = "held_to_the_end"
    NOT_WATCHED = "not_watched"
    QUIET_WATCHERS = "quiet_watchers"
    TOO_SHORT = "too_short"
    CAPPED = "capped"


OF_ADDRESSES = (Because.UNCONFIRMED, Because.REFUSED)
"""Nobody has said yes to mail at these."""
_ALSO = "; "
_ENGLISH: Mapping[Because, str] = {
    Because.MAINTENANCE: "{name}",
    Because.FLAPPING: "it changes too often",
    Because.NO_NETWORK: "healther's own network is gone",
    Because.NOT_CHECKED: "nobody has checked it for a while",
    Because.PARENT_IS: "{name} is {state}",
    Because.PARENT_FLAPS: "{name} changes too often",
    Because.PARENT_FAILS: "{name} fails too, and is checked again",
    Because.PARENT_NOT_CHECKED: "{name} has not been checked since",
    Because.PARENT_IS_BACK: "{name} is back, and this has not been checked since",
    Because.NO_POLICY: "no policy covers it",
    Because.NOBODY_ON_CALL: "nobody is on call in it",
    Because.TAKEN_ON: "acknowledged before it could leave",
    Because.NO_MEMBER: "is no longer a member of the workspace",
    Because.CHANNEL_DELETED: "the channel was deleted",
    Because.CHANNEL_OFF: "the channel is switched off",
    Because.UNCONFIRMED: "waiting for confirmation of {name}",
    Because.REFUSED: "refused by {name}",
    Because.QUIET_HOURS: "quiet hours",
    Because.SAME_ADDRESS: "{name} brings it to the same address",
    Because.SUPERSEDED: "superseded: it was over before it could leave",
    Because.OVERTAKEN: "taken back: the message before it did not get through",
    Because.UNREACHED: "nothing got through when it began",
    Because.JOINED_BRIEFLY: "it was back before those that joined were told of",
    Because.HELD_TO_THE_END: "held back until it was over",
    Because.NOT_WATCHED: "no longer watched",
    Because.QUIET_WATCHERS: "in maintenance, or changing too often",
    Because.TOO_SHORT: "over before a policy's first step",
    Because.CAPPED: "this workspace has sent the mails it may send in an hour",
}


class Grounds(BaseModel):
    """Why somebody is not told."""

    model_config = ConfigDict(frozen=True)

    because: Because
    name: str | None = Field(default=None, description="Of what it is about.", examples=["Router"])
    state: str | None = Field(default=None, description="Of the watcher `name`.", examples=["down"])
    answer: str | None = Field(default=None, description="What the other side of a channel that was switched off said.")
    hold: "Grounds | None" = Field(default=None, description="What held it back to its end.")
    also: "Grounds | None" = Field(default=None, description="Why others of the same place are not told either.")

    @property
    def english(self) -> str:
        """For whoever has no catalogue."""
        text = self.answer or _ENGLISH[self.because]
        if self.answer is None:
            text = text.replace("{state}", self.state or "").replace("{name}", self.name or "")
        if self.hold is not None:
            text = f"{text}: {self.hold.english}"
        return f"{text}{_ALSO}{self.also.english}" if self.also is not None else text

    @property
    def facts(self) -> dict[str, Any]:
        """As a line of a timeline keeps it, in English beside it."""
        return {"why": self.english, "because": self.stored}

    @property
    def stored(self) -> dict[str, Any]:
        """As the database keeps it."""
        return self.model_dump(mode="json", exclude_none=True)

    @property
    def detail(self) -> str:
        """In English, as long as it is shown beside a hold."""
        return self.english[:_MOST_CHARS]


def restored(stored: dict[str, Any] | None) -> Grounds | None:
    """As they were stored; None for what only a newer version knows, of which the English is there."""
    try:
        return None if stored is None else Grounds.model_validate(stored)
    except ValidationError:
        return None


def read(english: str | None) -> Grounds | None:
    """What a text says, as the answer of a delivery that was taken back does; None where it is none of ours."""
    first, _, rest = (english or "").partition(_ALSO)
    found = next((grounds for each in _ENGLISH if (grounds := _read(each, first)) is not None), None)
    return found if found is None or not rest else found.model_copy(update={"also": read(rest)})


def _read(because: Because, english: str) -> Grounds | None:
    if because in OF_ADDRESSES:
        begins = begins_with(because)
        named = english.removeprefix(begins)
        return Grounds(because=because, name=named) if english.startswith(begins) else None
    return Grounds(because=because) if english == _ENGLISH[because] else None


def begins_with(because: Because) -> str:
    """What the English of one of OF_ADDRESSES begins with; their names follow."""
    return _ENGLISH[because].removesuffix("{name}")
