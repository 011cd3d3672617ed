"""Titles of healther's own and why somebody is not told: facts, spelled in every language that is spoken here."""

import pytest

from healther.core.ids import new_id
from healther.incidents.grounds import OF_ADDRESSES, Because, Grounds, read, restored
from healther.incidents.models import CauseKind, Impact, Incident
from healther.incidents.titles import How, TitleFacts, call_by_its_worst, of_one, spelled, stored, title_in, where


@pytest.mark.parametrize(
    ("facts", "english", "german"),
    [
        (of_one("Shop", Impact.DOWN), "Shop is down", "Shop ist ausgefallen"),
        (of_one("Shop", Impact.DEGRADED), "Shop is degraded", "Shop ist beeinträchtigt"),
        (TitleFacts(how=How.FLAPPING, name="Shop"), "Shop is flapping", "Shop flattert"),
        (
            TitleFacts(how=How.DOWN, count=3, cause_kind=CauseKind.ADDRESS, cause="10.0.0.7"),
            "3 services on 10.0.0.7 are down", "3 Dienste auf 10.0.0.7 sind ausgefallen",
        ),
        (
            TitleFacts(how=How.IMPAIRED, count=2, cause_kind=CauseKind.CERTIFICATE, cause="ab12"),
            "2 services with the same certificate have problems", "2 Dienste mit demselben Zertifikat haben Störungen",
        ),
    ],
)  # fmt: skip
def test_a_title_is_spelled_in_the_language_of_whoever_reads_it(facts: TitleFacts, english: str, german: str) -> None:
    assert (spelled(facts), spelled(facts, "de"), spelled(facts, "fr")) == (english, german, english)
    assert TitleFacts.model_validate(stored(facts)) == facts


def test_every_title_has_words_in_both_languages() -> None:
    for language in ("en", "de"):
        for how in How:
            assert spelled(TitleFacts(how=how, name="x"), language).startswith("x ")
            for kind in CauseKind:
                facts = TitleFacts(how=how, count=2, cause_kind=kind, cause="y")
                assert spelled(facts, language).startswith(where(kind, "y", 2, language))


def test_what_looks_like_a_place_in_a_name_stays_as_it_was_typed() -> None:
    assert spelled(of_one("{count} {cause}", Impact.DOWN), "de") == "{count} {cause} ist ausgefallen"
    assert Grounds(because=Because.PARENT_IS, name="{state}", state="down").english == "{state} is down"


def test_every_reason_has_english_words_and_is_found_again_by_them() -> None:
    named = (Because.MAINTENANCE, Because.SAME_ADDRESS)
    for because in Because:
        grounds = Grounds(because=because, name="Router")
        if because in named or because.startswith("parent"):
            assert "Router" in grounds.english
        else:
            assert read(grounds.english) == (grounds if because in OF_ADDRESSES else Grounds(because=because))
    assert read("250 OK") is read(None) is None


def test_who_waits_and_who_has_said_no_are_said_and_found_again_beside_each_other() -> None:
    no = Grounds(because=Because.REFUSED, name="eve@example.org")
    both = Grounds(because=Because.UNCONFIRMED, name="bob@example.org, ada@example.org", also=no)
    assert both.english == "waiting for confirmation of bob@example.org, ada@example.org; refused by eve@example.org"
    assert read(both.english) == both
    assert Grounds.model_validate(both.stored) == both


def test_what_held_it_back_to_the_end_is_said_with_what_it_was() -> None:
    hold = Grounds(because=Because.PARENT_IS, name="Router", state="down")
    grounds = Grounds(because=Because.HELD_TO_THE_END, hold=hold)
    assert grounds.english == "held back until it was over: Router is down"
    assert Grounds.model_validate(grounds.stored) == grounds
    assert grounds.facts == {
        "why": grounds.english,
        "because": {
            "because": "held_to_the_end", "hold": {"because": "parent_is", "name": "Router", "state": "down"}
        },
    }  # fmt: skip


def test_what_is_over_is_called_by_the_worst_it_was_unless_people_have_named_it_or_it_is_of_several() -> None:
    def over(**fields: object) -> str:
        facts = of_one("Shop", Impact.DEGRADED)
        given = {"title": spelled(facts), "title_facts": stored(facts), "impact": Impact.DOWN, **fields}
        incident = Incident(workspace_id=new_id(), started_at=1, detected_at=1, resolved_at=2, **given)
        call_by_its_worst(incident)
        return incident.title

    assert over() == "Shop is down"
    assert over(impact=Impact.DEGRADED) == "Shop is degraded"
    assert over(cause_kind=CauseKind.HOST, cause="10.0.0.7") == "Shop is degraded", "another of them was down"
    assert over(title="Payments fail", title_given=True, title_facts=None) == "Payments fail"


def test_what_only_a_newer_version_knows_is_told_in_the_english_beside_it() -> None:
    incident = Incident(workspace_id=new_id(), title="Shop is on fire", started_at=1, detected_at=1)
    incident.title_facts = {"how": "on_fire", "name": "Shop"}
    assert title_in("de", incident) == "Shop is on fire"
    assert restored({"because": "on_fire"}) is None
