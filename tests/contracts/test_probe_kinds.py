"""What every kind of probe promises, held for each of them; a new kind fails here until it keeps it."""

import asyncio
import json
import time
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from healther.probes import PROBE_KINDS, parse_probe
from healther.probes.base import ProbeContext, Reason
from tests.support.audit import dials
from tests.support.wire import guarded_net, serving

ROOT = Path(__file__).parents[2]

# How a kind is aimed at a host and port; a new kind gets its line.
AIMED = {"http": lambda host, port: {"url": f"http://{host}:{port}/"}}

KINDS = sorted(PROBE_KINDS.items())


def _wrong_fields(name: str, config: dict[str, object]) -> set[object]:
    """The fields that are wrong by themselves; what does not fit together is not of interest here."""
    try:
        parse_probe(name, config)
    except ValidationError as error:
        return {each["loc"][0] for each in error.errors() if each["loc"]}
    return set()


@pytest.fixture(params=KINDS, ids=[kind for kind, _ in KINDS])
def kind(request: pytest.FixtureRequest) -> tuple[str, type[BaseModel]]:
    """Each kind and its model."""
    return request.param


def test_every_field_is_labelled_for_the_form_and_the_api(kind):
    _, model = kind
    unlabelled = [
        name
        for name, field in model.model_fields.items()
        if not (field.title and field.description and field.description.endswith(".") and field.examples)
    ]
    assert unlabelled == []


def test_its_schema_lays_its_form_out(kind):
    _, model = kind
    properties = {name: each for name, each in model.model_json_schema()["properties"].items() if name != "kind"}
    hints = [each["x-ui"] for each in properties.values()]
    assert all(each["group"].isidentifier() and isinstance(each["advanced"], bool) for each in hints)
    orders = [each["order"] for each in hints]
    assert orders == sorted(set(orders)), "fields stand in the order in which they are drawn"
    required = [each["x-ui"] for name, each in properties.items() if name in model.model_json_schema()["required"]]
    assert not any(each["advanced"] for each in required), "what is needed is in sight"


def test_its_page_names_every_field_by_its_key_and_its_title(kind):
    name, model = kind
    page = (ROOT / "docs" / "probes" / f"{name}.md").read_text()
    missing = [
        key for key, field in model.model_fields.items() if f"`{key}`" not in page or str(field.title) not in page
    ]
    assert missing == []


def test_it_has_a_test_file_of_its_own(kind):
    name, _ = kind
    assert (ROOT / "tests" / "probes" / f"test_{name}.py").is_file()


def test_its_examples_are_valid_and_survive_json(kind):
    name, model = kind
    required = {key: field.examples[0] for key, field in model.model_fields.items() if field.is_required()}
    probe = parse_probe(name, required)
    assert parse_probe(name, json.loads(probe.model_dump_json())) == probe
    json.dumps(model.model_json_schema())
    for key, field in model.model_fields.items():
        for example in field.examples:
            assert key not in _wrong_fields(name, {**required, key: example})


def test_it_refuses_fields_it_does_not_know_and_cannot_be_changed(kind):
    name, model = kind
    assert model.model_config["extra"] == "forbid"
    assert model.model_config["frozen"] is True
    assert model.model_fields["kind"].default == name


async def test_it_answers_by_its_deadline(kind):
    name, _ = kind

    async def silent(reader, writer):
        await reader.read()

    async with serving(silent) as port, guarded_net() as net:
        probe = parse_probe(name, AIMED[name]("127.0.0.1", port))
        started = time.monotonic()
        observation = await asyncio.wait_for(probe.run(ProbeContext(net, started + 0.3)), 5)
    assert observation.reason is not None
    assert observation.message


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "169.254.169.254", "10.0.0.1", "[::ffff:10.0.0.1]", "localhost"]
)
async def test_it_never_touches_a_forbidden_address(kind, host):
    name, _ = kind
    async with guarded_net([]) as net:
        probe = parse_probe(name, AIMED[name](host, 9))
        with dials() as dialled:
            observation = await probe.run(ProbeContext(net, time.monotonic() + 5))
    assert observation.reason is Reason.BLOCKED
    assert "HEALTHER_ALLOW_NETWORKS" in observation.message
    assert dialled == []


def test_every_reason_is_explained(kind):
    page = (ROOT / "docs" / "probes" / "http.md").read_text()
    assert [reason.value for reason in Reason if f"`{reason}`" not in page] == []
