"""What pydantic finds wrong, in the words of people; never the value that was sent."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

_DAY = "must be a day such as 2026-01-31"
_TIME = "must be a time with a zone such as 2026-01-31T12:00:00Z"
_WORDS = {
    "missing": "is required",
    "extra_forbidden": "is no field of this request; leave it out",
    "string_type": "must be text",
    "string_unicode": "must be text",
    "string_too_short": "must have {min_length} or more characters",
    "string_too_long": "must have {max_length} characters at most",
    "string_pattern_mismatch": "must have the form {pattern} (a regular expression)",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of a few digits",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "enum": "must be one of {expected}",
    "literal_error": "must be {expected}",
    "uuid_type": "must be an id as this API gives them (a UUID)",
    "uuid_parsing": "must be an id as this API gives them (a UUID)",
    "date_type": _DAY,
    "date_parsing": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "datetime_type": _TIME,
    "datetime_parsing": _TIME,
    "datetime_from_date_parsing": _TIME,
    "datetime_object_invalid": _TIME,
    "timezone_aware": _TIME,
    "list_type": "must be a list",
    "too_short": "must have {min_length} or more entries",
    "too_long": "must have {max_length} entries at most",
    "bytes_too_long": "must have {max_length} bytes at most",
    "dict_type": "must be a JSON object",
    "model_type": "must be a JSON object",
    "model_attributes_type": "must be a JSON object",
}
_NO_BODY = "send a JSON object, with Content-Type: application/json"


def message_of(item: Mapping[str, Any]) -> str:
    """One error of pydantic in our words, or pydantic's own where there are none.

    `item` is of `ValidationError.errors()`, with its context.
    """
    kind = item["type"]
    if tuple(item["loc"]) == ("body",) and kind in ("missing", "dict_type", "model_type", "model_attributes_type"):
        return _NO_BODY
    context = item.get("ctx") or {}
    if kind in ("too_short", "too_long") and context.get("field_type") == "Value":
        kind = f"string_{kind}"  # a secret: text, and no list of it
    words = _WORDS.get(kind)
    if words is None:
        return str(item["msg"]).removeprefix("Value error, ")
    return words.format_map(context)


def first_wrong(error: ValidationError) -> tuple[str, str]:
    """Where the first fault is, its path with dots between, and what it is in our words; never what was sent."""
    first = error.errors(include_url=False, include_input=False)[0]
    return ".".join(map(str, first["loc"])), message_of(first)
