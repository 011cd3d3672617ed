"""A JSON body of a person's own with facts put into its texts: parsed once, substituted once, never evaluated (S3).

`$title` and `${title}` are facts, `$$` is a dollar sign; everything else, `{{7*7}}` and `{% include %}` too, arrives as
it was typed. What a fact holds is not looked through again, and cannot leave its text: JSON is written after filling.
"""

import json
from collections.abc import Collection, Mapping
from string import Template
from typing import Any

from healther.channels._http import json_body
from healther.channels.base import UndeliverableError

MOST_FACTS = 200
MOST_BYTES = 256 * 1024
_DEPTH = 20


def check_template(text: str, names: Collection[str]) -> None:
    """Raises ValueError for what is no JSON, for a fact that does not exist, and for facts in too many places."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"must be JSON ({error})") from error
    texts = _texts(value)
    count = sum(len(_facts_in(each)) for each in texts)
    if count > MOST_FACTS:
        raise ValueError(f"has facts in {count:,} places; {MOST_FACTS} at most")
    for each in texts:
        template = Template(each)
        if not template.is_valid():
            raise ValueError(f"{each[:50]!r} has a $ that begins no fact; write $$ for a dollar sign")
        unknown = sorted(set(template.get_identifiers()) - set(names))
        if unknown:
            raise ValueError(f"there is no fact ${unknown[0]}; there are {', '.join(sorted(names))}")


def filled(text: str, facts: Mapping[str, Any]) -> bytes:
    """The body with its facts. A text that is one fact alone becomes its value (a list, a number, null).

    Raises UndeliverableError when it comes to more than `MOST_BYTES`, before that is made.
    """
    value = json.loads(text)
    lengths = {name: len(_as_text(each)) for name, each in facts.items()}
    characters = sum(lengths.get(name, 0) for each in _texts(value) for name in _facts_in(each))
    body = json_body(_filled(value, facts)) if characters <= MOST_BYTES else b""
    if max(characters, len(body)) > MOST_BYTES:
        raise UndeliverableError(
            f"with its facts the body of your own comes to {max(characters, len(body)) // 1024:,} KiB, and "
            f"{MOST_BYTES // 1024} KiB is the most that is sent: have $text and $affected in it less often",
            ends_channel=False,
        )
    return body


def _facts_in(text: str) -> list[str]:
    """The name of a fact for each place that has one."""
    return [
        found["named"] or found["braced"]
        for found in Template.pattern.finditer(text)
        if found["named"] or found["braced"]
    ]


def _filled(value: Any, facts: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {key: _filled(each, facts) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, facts) for each in value]
    if not isinstance(value, str):
        return value
    template = Template(value)
    alone = template.get_identifiers()
    if len(alone) == 1 and value in (f"${alone[0]}", f"${{{alone[0]}}}"):
        return facts[alone[0]]
    return template.safe_substitute({name: _as_text(each) for name, each in facts.items()})


def _as_text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _texts(value: Any, depth: int = 0) -> list[str]:  # noqa: ANN401 - JSON
    if depth > _DEPTH:
        raise ValueError(f"must not be deeper than {_DEPTH} levels")
    if isinstance(value, dict):
        return [text for each in value.values() for text in _texts(each, depth + 1)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each, depth + 1)]
    return [value] if isinstance(value, str) else []
