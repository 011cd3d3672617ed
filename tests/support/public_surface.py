"""What of a page is public, under which addresses, and what must come out of it as text only (S8, S11)."""

import re

from healther.status_pages.badges import Figure

PUBLIC_COLUMNS = {
    "workspace.name", "workspace.slug", "servicewatcher.name", "statechange.reason", "statuspage.slug",
    "statuspage.title", "statuspage.description", "statuspage.accent", "statuspage.custom_domain",
    "statuspage.footer_links", "statuspage.time_zone", "statuspage.language", "statuspage.access", "statuspage.logo",
    "statuspagesection.name", "statuspagecomponent.name", "statuspagecomponent.key",
}  # fmt: skip
# Read as something else than text: a canary in them is no state of the world.
NOT_TEXT = {"watcherstate.hour_counts", "rolluphourly.latency_sketch", "rollupdaily.latency_sketch"}
PAYLOADS = [
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "'-alert(1)-'", "</title><svg onload=alert(1)>",
    "{{7*7}}{% include 'x' %}", "javascript:alert(1)", "]]><x/>", "\u2066<b>&amp;",
]  # fmt: skip


def forms(slug: str, *keys: str) -> list[str]:
    """Every address of a page."""
    badges = [f"/badge/{slug}", *(f"/badge/{slug}/{key}" for key in keys)]
    badges += [f"/badge/{slug}/{key}/{figure}" for key in keys for figure in Figure]
    page = [f"/status/{slug}{form}" for form in ("", ".json", "/feed.atom", "/embed", "/card.png")]
    return page + [f"{badge}.{suffix}" for badge in badges for suffix in ("svg", "json")]


def inert(html: str) -> bool:
    """Whether every tag is one of ours with attributes of ours."""
    tags = re.findall(r"<(/?[a-zA-Z][^\s>/]*)([^>]*)>", html)
    scripts = [attributes for tag, attributes in tags if tag == "script"]
    handlers = [attributes for _, attributes in tags if re.search(r"\son\w+\s*=", re.sub(r'"[^"]*"', "", attributes))]
    return (
        all(re.fullmatch(r' src="/status/assets/status\.\w+\.js" defer', each) for each in scripts)
        and not handlers
        and not re.search(r"<svg onload|<img src=x|<x/>", html)
        and 'href="javascript:' not in html
    )
