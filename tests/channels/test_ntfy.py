"""The ntfy channel."""

from tests.support.sinks import HttpSink, send


async def test_it_is_published_to_a_server_of_ones_own(sink: HttpSink) -> None:
    await send("ntfy", {"topic": "ops", "server": sink.url, "access_token": "hush"})
    (request,) = sink.requests
    assert (request.path, request.headers["authorization"]) == ("/", "Bearer hush")
    assert (request.json["topic"], request.json["title"], request.json["priority"]) == ("ops", "Down: Shop", 5)
    assert [action["label"] for action in request.json["actions"]] == ["Open", "Acknowledge"]
