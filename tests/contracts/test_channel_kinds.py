"""What every kind of channel promises, held for each of them; a new kind fails here until it keeps it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from healther.channels import CHANNEL_KINDS, parse_channel
from healther.channels.base import Channel, RetryLaterError, SendError, UndeliverableError
from healther.core.forms import secret_fields
from tests.support.audit import dials
from tests.support.sinks import message, send
from tests.support.wire import serving

ROOT = Path(__file__).parents[2]

# How a kind is aimed at a host and port; a new kind gets its line. A fixed service is aimed by its origin.
SERVICES = {
    "slack": "https://hooks.slack.com",
    "discord": "https://discord.com",
    "telegram": "https://api.telegram.org",
    "teams": "https://prod-00.westeurope.logic.azure.com:443",
    "pagerduty": "https://events.pagerduty.com",
    "opsgenie": "https://api.opsgenie.com",
    "pushover": "https://api.pushover.net",
    "twilio": "https://api.twilio.com",
}
AIMED: dict[str, Any] = {
    "webhook": lambda host, port: {"url": f"http://{host}:{port}/"},
    "ntfy": lambda host, port: {"topic": "ops", "server": f"http://{host}:{port}"},
    "matrix": lambda host, port: {"homeserver": f"http://{host}:{port}", "room_id": "!r:x", "access_token": "hush"},
    "mattermost": lambda host, port: {"webhook_url": f"http://{host}:{port}/hooks/x"},
    "apprise": lambda host, port: {"url": f"json://{host}:{port}/"},
    "email": lambda host, port: {
        "to": ["ops@example.org"], "host": host.strip("[]"), "port": port, "security": "none", "sender": "a@b.org",
    },
}  # fmt: skip

KINDS = sorted(CHANNEL_KINDS.items())


@pytest.fixture(params=KINDS, ids=[kind for kind, _ in KINDS])
def kind(request: pytest.FixtureRequest) -> tuple[str, type[BaseModel]]:
    """Each kind and its model."""
    found: tuple[str, type[BaseModel]] = request.param
    return found


def example(model: type[BaseModel]) -> dict[str, Any]:
    """The options a form would be filled in with."""
    return {key: field.examples[0] for key, field in model.model_fields.items() if field.is_required()}


def aimed(kind: str, host: str, port: int) -> tuple[dict[str, Any], dict[str, str]]:
    """(options, endpoints) of a channel that sends to this host and port."""
    if kind in AIMED:
        return AIMED[kind](host, port), {}
    origin = SERVICES[kind].removesuffix(":443")
    return example(CHANNEL_KINDS[kind]), {origin: f"http://{host}:{port}"}


def test_every_field_is_labelled_for_the_form_and_the_api(kind: tuple[str, type[BaseModel]]) -> None:
    _, model = kind
    unlabelled = [
        name
        for name, field in model.model_fields.items()
        if not (field.title and field.description and field.description.endswith(".") and field.examples)
    ]
    assert unlabelled == []


def test_its_schema_lays_its_form_out(kind: tuple[str, type[BaseModel]]) -> None:
    _, model = kind
    properties = {name: each for name, each in model.model_json_schema()["properties"].items() if name != "kind"}
    hints = [each["x-ui"] for each in properties.values()]
    orders = [each["order"] for each in hints]
    assert orders == sorted(set(orders)), "fields stand in the order in which they are drawn"
    required = [each["x-ui"] for name, each in properties.items() if name in model.model_json_schema()["required"]]
    assert not any(each["advanced"] for each in required), "what is needed is in sight"


def test_credentials_are_secret(kind: tuple[str, type[BaseModel]]) -> None:
    _, model = kind
    words = ("token", "key", "secret", "password", "webhook_url")
    named = {name for name in model.model_fields if any(word in name for word in words)}
    assert named <= secret_fields(model)


def test_its_page_names_every_field_by_its_key_and_its_title(kind: tuple[str, type[BaseModel]]) -> None:
    name, model = kind
    page = (ROOT / "docs" / "channels" / f"{name}.md").read_text()
    missing = [
        key for key, field in model.model_fields.items() if f"`{key}`" not in page or str(field.title) not in page
    ]
    assert missing == []


def test_it_has_a_test_file_of_its_own(kind: tuple[str, type[BaseModel]]) -> None:
    name, _ = kind
    assert (ROOT / "tests" / "channels" / f"test_{name}.py").is_file()


def test_its_examples_are_valid_and_survive_json(kind: tuple[str, type[BaseModel]]) -> None:
    name, model = kind
    channel = parse_channel(name, example(model))
    assert isinstance(channel, BaseModel)
    assert isinstance(channel, Channel)
    assert parse_channel(name, json.loads(channel.model_dump_json())) == channel
    json.dumps(model.model_json_schema())


def test_it_refuses_fields_it_does_not_know_and_cannot_be_changed(kind: tuple[str, type[BaseModel]]) -> None:
    name, model = kind
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"] is True
    assert model.model_fields["kind"].default == name


async def test_it_answers_by_its_deadline(kind: tuple[str, type[BaseModel]]) -> None:
    name, _ = kind

    async def silent(reader: Any, writer: Any) -> None:  # noqa: ANN401
        await reader.read()

    async with serving(silent) as port:
        options, endpoints = aimed(name, "127.0.0.1", port)
        with pytest.raises(RetryLaterError) as caught:
            await asyncio.wait_for(send(name, options, timeout_s=0.3, endpoints=endpoints), 5)
    assert caught.value.answer


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:10.0.0.1]", "localhost"]
)
async def test_it_never_touches_a_forbidden_address(kind: tuple[str, type[BaseModel]], host: str) -> None:
    name, _ = kind
    options, endpoints = aimed(name, host, 9)
    with dials() as dialled, pytest.raises(UndeliverableError) as caught:
        await send(name, options, message(), allow=(), endpoints=endpoints)
    # Apprise itself makes nothing of a mapped address.
    assert "HEALTHER_ALLOW_NETWORKS" in caught.value.answer or "cannot use this URL" in caught.value.answer
    assert not caught.value.ends_channel
    assert dialled == []


async def test_a_server_that_is_away_is_tried_again(kind: tuple[str, type[BaseModel]]) -> None:
    name, _ = kind
    options, endpoints = aimed(name, "127.0.0.1", 9)
    with pytest.raises(SendError) as caught:
        await send(name, options, endpoints=endpoints)
    assert isinstance(caught.value, RetryLaterError)
