"""What alerts and notices say in a language, beside what channels say by themselves (channels/words.py).

Texts with `{...}` for facts that `put` puts in by plain substitution, none of which is looked through again.
"""

import re
from dataclasses import dataclass

from healther.incidents.titles import How

_MOST_NAMED = 10
_PLACE = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, eq=False)
class AlertWords:
    """One language."""

    language: str
    and_more: str
    degraded_too: str
    of_all: str
    of_count: str
    first_step: str
    later_step: str
    reminder: str
    one_joined: dict[How, str]
    some_joined: dict[How, str]
    one_meanwhile: dict[How, str]
    some_meanwhile: dict[How, str]
    back_and_gone: dict[How, str]
    over_untold: str
    over_untold_here: str
    seen: str
    said_before: str
    not_watched: str
    no_longer_watched: str
    instead: str
    test_title: str
    test_body: str
    network_title: str
    network_body: str
    budget_title: str
    budget_body: str
    channel_off: str
    channel_missed: str

    def named(self, names: list[str]) -> str:
        """The first few by name."""
        names, left = sorted(names), len(names) - _MOST_NAMED
        first = ", ".join(names[:_MOST_NAMED])
        return put(self.and_more, who=first, count=left) if left > 0 else first


def put(text: str, **facts: object) -> str:
    """The text with its facts: in one pass, so that what somebody wrote as a name is never a place for another."""
    return _PLACE.sub(lambda place: str(facts[place[1]]), text)


def with_what_was_seen(said: str, seen: str | None, words: AlertWords) -> str:
    """That nobody could be told, and what they would have been told was seen."""
    return said if seen is None else f"{said} {put(words.seen, seen=seen)}"


ENGLISH = AlertWords(
    language="en",
    and_more="{who} and {count} more",
    degraded_too="{who}, {count} degraded",
    of_all="{back} of {who}",
    of_count="{back} of {count}: {title}",
    first_step="Step 1 of the policy '{policy}'.",
    later_step="Step {step} of the policy '{policy}': not acknowledged for {time}.",
    reminder="Reminder of the policy '{policy}': not acknowledged yet.",
    one_joined={
        How.DOWN: "1 more is down: {names}.",
        How.DEGRADED: "1 more is degraded: {names}.",
    },
    some_joined={
        How.DOWN: "{count} more are down: {names}.",
        How.DEGRADED: "{count} more are degraded: {names}.",
        How.IMPAIRED: "{count} more have problems: {names}.",
    },
    one_meanwhile={
        How.DOWN: "1 more was down meanwhile, and is back: {names}.",
        How.IMPAIRED: "1 more was not well meanwhile, and is back: {names}.",
    },
    some_meanwhile={
        How.DOWN: "{count} more were down meanwhile, and are back: {names}.",
        How.IMPAIRED: "{count} more were not well meanwhile, and are back: {names}.",
    },
    back_and_gone={
        How.DOWN: "{name} was back for {time}, and is down again.",
        How.DEGRADED: "{name} was back for {time}, and is degraded again.",
    },
    over_untold="It was over before anybody could be told.",
    over_untold_here="It was over before anybody could be told here.",
    seen="What was seen: {seen}",
    said_before="Over before it could be told here: {subject}.",
    not_watched="It is no longer watched: whoever watched it paused or deleted it.",
    no_longer_watched="No longer watched: {names}.",
    instead="{name} could not be reached: {answer}",
    test_title="a message from healther",
    test_body="This channel works. Nothing is wrong: somebody pressed Send test.",
    network_title="healther cannot reach the network",
    network_body="Since {began} healther's own network has been gone: none of its reference targets answered. {count} "
    "watchers of {workspace} are unknown until it is back; this is not their downtime, and nobody is alerted of them.",
    budget_title="Mail of this workspace waits until {until}",
    budget_body="It has sent the {most} mails by this healther's mail server that it may send in an hour. What else is "
    "to be sent is listed under its deliveries and leaves then; other kinds of channels go on. Whoever runs this "
    "healther can allow more: HEALTHER_MAX_MAILS_PER_HOUR.",
    channel_off="The channel {name} was switched off",
    channel_missed="The channel {name} did not get a message",
)
