"""The reference pages say what the code does: settings, command line, API, reasons of failure."""

import re

import pytest

from healther.channels.base import MessageKind
from healther.probes import PROBE_KINDS
from healther.probes.base import Reason
from tests.support import docs


def test_the_table_of_settings_is_the_code_s():
    assert docs.settings_table() in docs.page("docs/settings.md")


@pytest.mark.parametrize("verb", docs.command_sections())
def test_every_verb_is_documented_with_all_its_options(verb):
    assert docs.command_sections()[verb] in docs.page("docs/cli.md")


def test_no_verb_is_documented_that_does_not_exist():
    headings = {line.strip("# `") for line in docs.page("docs/cli.md").splitlines() if line.startswith("## ")}
    assert headings == docs.command_sections().keys()


@pytest.mark.parametrize("kind", PROBE_KINDS)
def test_every_kind_of_probe_has_its_page_with_every_field(kind):
    text = docs.page(f"docs/probes/{kind}.md")
    missing = [name for name in PROBE_KINDS[kind].model_fields if name != "kind" and f"`{name}`" not in text]
    assert missing == []


def test_every_reason_of_a_failure_is_explained():
    text = docs.page("docs/probes/http.md")
    assert [reason for reason in Reason if f"`{reason}`" not in text] == []


def test_every_kind_of_message_is_explained_where_webhooks_are_and_no_other():
    table = docs.page("docs/channels/webhook.md").partition("| `kind` | tells that |")[2].partition("\n\n")[0]
    explained = [each for row in table.splitlines()[2:] for each in re.findall(r"`(\w+)`", row.split("|")[1])]
    assert sorted(explained) == sorted(MessageKind)


def test_every_decision_is_listed_and_numbered_once():
    decisions = sorted(path.name for path in (docs.ROOT / "docs/adr").glob("*.md"))
    assert [name[:4] for name in decisions] == [f"{number:04}" for number in range(1, len(decisions) + 1)]
    assert [name for name in decisions if f"adr/{name}" not in docs.page("docs/README.md")] == []
