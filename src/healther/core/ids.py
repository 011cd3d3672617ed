"""Identifiers: UUIDv7 (RFC 9562), so that rows created later sort later."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A new time-ordered UUID, version 7."""
    return uuid7()


def made_at(made: UUID) -> int:
    """When an id of `new_id` was made, epoch ms."""
    return made.int >> 80
