"""Channels: one file a kind of place a message can go to. They send, never decide, and know no database."""

from collections.abc import Mapping
from typing import Any, cast

from healther.channels.base import Channel
from healther.core.kinds import UnknownKindError, discover, kind_of

__all__ = ["CHANNEL_KINDS", "UnknownKindError", "parse_channel"]

CHANNEL_KINDS = discover(__name__, __path__, "send")


def parse_channel(kind: str, options: Mapping[str, Any]) -> Channel:
    """The channel of a stored or submitted configuration.

    Raises UnknownKindError, or pydantic.ValidationError with a line per wrong field.
    """
    # `discover` saw its `send`.
    return cast(Channel, kind_of(CHANNEL_KINDS, kind).model_validate({**options, "kind": kind}))
