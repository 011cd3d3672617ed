"""The Matrix channel."""

from tests.support.sinks import HttpSink, message, send


async def test_a_second_try_is_the_same_transaction_and_text_is_escaped(sink: HttpSink) -> None:
    options = {"homeserver": f"{sink.url}/", "room_id": "!room:example.org", "access_token": "hush"}
    for _ in range(2):
        await send("matrix", options, message(title="<b>Shop</b>"))
    first, second = sink.requests
    assert first.method == "PUT"
    assert first.path == second.path
    assert first.path == (
        "/_matrix/client/v3/rooms/%21room%3Aexample.org/send/m.room.message/00000000-0000-0000-0000-000000000007"
    )
    assert "&lt;b&gt;Shop&lt;/b&gt;" in first.json["formatted_body"]
