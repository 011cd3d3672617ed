"""Which parts a recurrence rule may have, and with which others: only such as come about again and again. Pure."""

import re
from collections.abc import Mapping

MAX_COUNT = 1_000
MAX_INTERVAL = 1_000
_ALWAYS = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"})
_PARTS = {
    "HOURLY": {"BYHOUR", "BYDAY"},
    "DAILY": {"BYHOUR", "BYDAY", "BYMONTH"},
    "WEEKLY": {"BYHOUR", "BYDAY", "BYMONTH"},
    "MONTHLY": {"BYDAY", "BYMONTH", "BYMONTHDAY", "BYSETPOS"},
    "YEARLY": {"BYDAY", "BYMONTH", "BYMONTHDAY"},
}
# With a step of more than one these could miss each other for ever: every second month, but only in an odd one.
_EVERY_ONLY = {
    "HOURLY": {"BYHOUR", "BYDAY"},
    "DAILY": {"BYDAY", "BYMONTH"},
    "WEEKLY": {"BYMONTH"},
    "MONTHLY": {"BYMONTH"},
    "YEARLY": {"BYDAY"},
}
_DAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SHORTEST_MONTH = 28
_FEWEST_OF_A_WEEKDAY = 4


class RuleError(ValueError):
    """The rule is none, or one that healther does not take; says why and what to write instead."""


def check_parts(parts: Mapping[str, str]) -> None:
    """Raises RuleError for parts that are not taken, or not together."""
    frequency = parts.get("FREQ", "")
    if frequency not in _PARTS:
        within = "; more often than hourly is not taken" if frequency in ("MINUTELY", "SECONDLY") else ""
        raise RuleError(f"must have FREQ=HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY, as in FREQ=WEEKLY;BYDAY=SU{within}")
    foreign = sorted(parts.keys() - _ALWAYS - _PARTS[frequency])
    if foreign:
        raise RuleError(f"{foreign[0]} is not taken with FREQ={frequency}; the time of day is that of the first time")
    (interval,) = _numbers(parts, "INTERVAL", 1, MAX_INTERVAL) or [1]
    _numbers(parts, "COUNT", 1, MAX_COUNT)
    if "COUNT" in parts and "UNTIL" in parts:
        raise RuleError("has COUNT and UNTIL; take one of them")
    at_odds = sorted(_EVERY_ONLY[frequency] & parts.keys()) if interval > 1 else []
    if at_odds:
        raise RuleError(f"{at_odds[0]} with FREQ={frequency} is taken without INTERVAL only")
    _numbers(parts, "BYHOUR", 0, 23)
    _check_days(parts, frequency, interval)


def _check_days(parts: Mapping[str, str], frequency: str, interval: int) -> None:
    months = _numbers(parts, "BYMONTH", 1, 12) or range(1, 13)
    month_days = [abs(day) for day in _numbers(parts, "BYMONTHDAY", -31, 31)]
    days = [_DAY.fullmatch(day) for day in parts["BYDAY"].split(",")] if "BYDAY" in parts else []
    if not all(days):
        raise RuleError("BYDAY must be days such as MO,TU, or 1MO or -1FR for the first or last of a month")
    ordinals = [abs(int(day[1])) for day in days if day is not None and day[1]]
    if ordinals and (frequency not in ("MONTHLY", "YEARLY") or (frequency == "YEARLY" and "BYMONTH" not in parts)):
        raise RuleError("BYDAY with a number, such as 1MO, is taken with FREQ=MONTHLY only")
    longest = _SHORTEST_MONTH if interval > 1 else max(_LONGEST[month - 1] for month in months)
    if (month_days and min(month_days) == 0) or max(month_days, default=1) > longest:
        raise RuleError(f"BYMONTHDAY must be days from 1 to {longest} here, or from -1 to -{longest} from the end")
    if month_days and ordinals:
        raise RuleError("BYMONTHDAY and a BYDAY with a number may never fall together; take one of them")
    if month_days and days and interval > 1:
        raise RuleError("BYMONTHDAY and BYDAY together are taken without INTERVAL only")
    if interval > 1 and max(ordinals, default=0) > _FEWEST_OF_A_WEEKDAY:
        raise RuleError("a fifth weekday of a month is taken without INTERVAL only")
    if "BYSETPOS" in parts:
        most = _FEWEST_OF_A_WEEKDAY * len(set(parts.get("BYDAY", "").split(",")))
        positions = _numbers(parts, "BYSETPOS", -most, most)
        if not days or ordinals or month_days or 0 in positions:
            raise RuleError("BYSETPOS is taken with a BYDAY without numbers, as in BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1")


def _numbers(parts: Mapping[str, str], name: str, least: int, most: int) -> list[int]:
    """The numbers of a part; none where it is not there. Raises RuleError."""
    if name not in parts:
        return []
    texts = parts[name].split(",")
    single = name in ("INTERVAL", "COUNT")
    if not all(re.fullmatch(r"[+-]?\d{1,4}", text) and least <= int(text) <= most for text in texts) or (
        single and len(texts) > 1
    ):
        raise RuleError(f"{name} must be {'a number' if single else 'numbers'} from {least} to {most:,}")
    return [int(text) for text in texts]
