"""A report as one HTML file: no script, nothing fetched, made to be printed and to be kept."""

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from healther.reports.lines import DAY_COLOURS, Paper
from healther.reports.schemas import ReportPublic

_CSS = files("healther.reports").joinpath("templates", "report.css").read_text()

POLICY = (
    "default-src 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(sha256(_CSS.encode()).digest()).decode()}'"
)
"""The Content-Security-Policy of the file, in the file and beside it: its one style and nothing else."""

_ENVIRONMENT = Environment(
    loader=PackageLoader("healther.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


def to_html(report: ReportPublic) -> bytes:
    """The whole file; slow enough for a thread."""
    template = _ENVIRONMENT.get_template("report.html")
    css = Markup(_CSS)  # noqa: S704 - our own file
    return template.render(paper=Paper(report), css=css, policy=POLICY, colours=DAY_COLOURS).encode()
