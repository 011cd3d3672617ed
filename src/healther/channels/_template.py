"""A JSON body of a person's own with facts put into its texts: parsed once, substituted once, never evaluated (S3).

`$title` and `${title}` are facts, `$$` is a dollar sign; everything else, `{{7*7}}` and `{% include %}` too, arrives as
it was typed. What a fact holds is not looked through again, and cannot leave its text: JSON is written after filling.
"""

import json
from collections.abc import Collection, Mapping
from string import Template
from typing import Any

from healther.channels._http import json_body

_DEPTH = 20


def check_template(text: str, names: Collection[str]) -> None:
    """Raises ValueError for what is no JSON, and for a fact that does not exist."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"must be JSON ({error})") from error
    for each in _texts(value):
        template = Template(each)
        if not template.is_valid():
            raise ValueError(f"{each[:50]!r} has a $ that begins no fact; write $$ for a dollar sign")
        unknown = sorted(set(template.get_identifiers()) - set(names))
        if unknown:
            raise ValueError(f"there is no fact ${unknown[0]}; there are {', '.join(sorted(names))}")


def filled(text: str, facts: Mapping[str, Any]) -> bytes:
    """The body with its facts. A text that is one fact alone becomes its value (a list, a number, null)."""
    return json_body(_filled(json.loads(text), facts))


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
