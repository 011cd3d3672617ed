"""Writes the API's description: `python -m healther.app.openapi > docs/openapi.json`; a test holds it to the code."""

import json
import secrets
import sys

from healther.app import create_app
from healther.core.settings import Settings


def render() -> str:
    """The description as it is committed; it depends on no setting."""
    app = create_app(Settings(secret_key=secrets.token_urlsafe(48), cors_origins=(), trusted_proxies=()))
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(render())
