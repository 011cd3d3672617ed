"""Matrix, as a user of a homeserver."""

from html import escape
from typing import Annotated, Literal
from urllib.parse import quote

from pydantic import BaseModel, Field, StringConstraints

from healther.channels._fields import Line, WebAddress
from healther.channels._http import Call, call, json_body
from healther.channels.base import Message, Receipt, SendContext
from healther.channels.words import facts, plain, shortened, subject, words_of
from healther.core.forms import ui


class MatrixChannel(BaseModel, frozen=True, extra="forbid"):
    """Writes to a Matrix room (one that is not encrypted)."""

    kind: Literal["matrix"] = Field(default="matrix", title="Kind", description="Matrix.", examples=["matrix"])
    homeserver: WebAddress = Field(
        title="Homeserver",
        description="The address of the user's homeserver.",
        examples=["https://matrix.example.org"],
        json_schema_extra=ui("channel", 1, advanced=False),
    )
    room_id: Annotated[Line, StringConstraints(pattern=r"^![^\s]+$")] = Field(
        title="Room id",
        description="The internal id of a room the user has joined; it begins with an exclamation mark.",
        examples=["!abcdefghijkl:example.org"],
        json_schema_extra=ui("channel", 2, advanced=False),
    )
    access_token: Line = Field(
        title="Access token",
        description="Of the user who writes; never shown again.",
        examples=["syt_exampleexample"],
        json_schema_extra=ui("channel", 3, advanced=False, secret=True),
    )

    async def send(self, context: SendContext, message: Message) -> Receipt:
        """Sends one text; its transaction id is the message's, so that a second try is no second message."""
        words = words_of(message)
        links = [f'<a href="{escape(message.link)}">{escape(words.open_it)}</a>']
        if message.acknowledge_link:
            links.append(f'<a href="{escape(message.acknowledge_link)}">{escape(words.acknowledge)}</a>')
        lines = [f"<strong>{escape(subject(message))}</strong>", *(escape(line) for line in facts(message))]
        lines += [escape(line) for line in (message.body.strip(), message.note or "") if line]
        body = {
            "msgtype": "m.text",
            "body": shortened(plain(message), 20_000),
            "format": "org.matrix.custom.html",
            "formatted_body": shortened("<br>".join([*lines, " · ".join(links)]), 20_000),
        }
        room = quote(self.room_id, safe="")
        base = self.homeserver.rstrip("/")
        url = f"{base}/_matrix/client/v3/rooms/{room}/send/m.room.message/{message.id}"
        headers = {"Authorization": f"Bearer {self.access_token}"}
        return await call(
            context, Call(url, json_body(body), method="PUT", headers=headers, secrets=[self.access_token])
        )
