"""Operator backends of the native dialect that verify by the published Standard Webhooks libraries,
on both engines: what they take and refuse, and what of their answers reaches the follower."""
import secrets
from base64 import b64encode
from datetime import datetime, timedelta, timezone

import pytest

import answers
from harness import backends, samples
from harness.followers import Follower
from harness.waiting import free_port, until

TRICKY = "你好 <&> ]]> 😀 \" \\ \u2028"


@pytest.fixture(params=backends.PROGRAMS)
def language(request):
    return request.param


@pytest.fixture
def backend(server, language, tmp_path):
    with backends.running(server, language, tmp_path / "backend.log") as backend:
        yield backend


@pytest.fixture
def follower(server, backend):
    """Someone who follows the backend's account and has its greeting, with a live stream open."""
    someone = Follower(server)
    with someone.stream() as stream:
        someone.live = stream
        someone.follow(backend.account)
        stream.wait(sender="account", text=answers.GREETING)
        yield someone


def test_events_are_verified_and_answers_reach_the_follower(backend, follower):
    account = backend.account
    sent = follower.send(account, text=TRICKY)
    follower.live.wait(sender="account", text=TRICKY)
    [followed] = backend.seen(type="follower.followed")
    [told] = backend.of_text(TRICKY)
    for request in (followed, told):
        event, headers = request["event"], request["headers"]
        assert request["said"] == ["verified"]
        assert headers["content-type"] == "application/json; charset=utf-8"
        assert headers["webhook-id"] == event["id"]
        assert headers["crier-attempt"] == "1" and "crier-replay" not in headers
        assert event["version"] == "1" and event["follower"] == {"openid": follower.openid}
        assert event["account"] == {"handle": account.handle, "app_id": account.app_id,
                                    "original_id": account.original_id}
    assert followed["event"]["data"] == {"scene": None}
    assert (told["event"]["data"]["id"], told["event"]["data"]["seq"]) == (sent["id"], sent["seq"])


def test_pictures_and_articles_are_answered(backend, follower):
    original = samples.picture()
    media = follower.upload("harbour.png", original)
    follower.send(backend.account, type="image", media_id=media["media_id"])
    answered = follower.live.wait(sender="account", type="image")
    assert samples.same_picture(follower.download(answered["url"]), original)
    [told] = [request for request in backend.seen(type="message.received")]
    assert samples.same_picture(follower.download(told["event"]["data"]["url"]), original)
    follower.send(backend.account, text="news")
    [article] = follower.live.wait(sender="account", type="news")["articles"]
    assert article == {"title": answers.NEWS["title"], "description": answers.NEWS["description"],
                       "url": answers.NEWS["url"], "picture_url": answers.NEWS["image"]}


def test_no_reply_leaves_the_conversation_as_it_is(backend, follower):
    follower.send(backend.account, text="nothing")
    follower.send(backend.account, text="after nothing")
    follower.live.wait(sender="account", text="after nothing")
    said = [message["text"] for message in follower.messages(backend.account)
            if message["from"] == "account"]
    assert said == [answers.GREETING, "after nothing"]


def test_a_wrong_secret_is_refused_until_the_right_one_is_there(backend, follower):
    other = "whsec_" + b64encode(secrets.token_bytes(32)).decode()
    backend.verify_with(other)
    follower.send(backend.account, text="hello?")
    refused = until(lambda: len(backend.of_text("hello?")) >= 3 and backend.of_text("hello?"), 15,
                    "three attempts")
    assert all(request["said"] == ["No matching signature found"] for request in refused)
    backend.verify_with(backend.account.secret)
    follower.live.wait(sender="account", text="hello?", within=30)
    told = backend.of_text("hello?")
    attempts = [request["headers"]["crier-attempt"] for request in told]
    assert attempts == [str(number + 1) for number in range(len(told))]
    assert told[-1]["said"] == ["verified"]
    assert len({request["body"] for request in told}) == 1, "byte for byte the same"
    assert len({request["headers"]["webhook-id"] for request in told}) == 1
    assert len({request["headers"]["webhook-signature"] for request in told}) > 1


def test_both_secrets_verify_while_a_rotation_overlaps(server, backend, follower):
    account = backend.account
    rotated = server.cli("endpoint", "rotate", "--account", account.handle, "--overlap", "3600")
    fresh = rotated["webhook_secret"]
    assert fresh.startswith("whsec_") and fresh != account.secret
    backend.verify_with(account.secret, fresh)
    told = until(lambda: _told(backend, follower, ["verified", "verified"]), 10, "both verify")
    assert len(told["headers"]["webhook-signature"].split(" ")) == 2
    server.cli("endpoint", "rotate", "--account", account.handle, "--overlap", "0")
    refusal = "No matching signature found"
    until(lambda: _told(backend, follower, [refusal, refusal]), 10, "both are past")


def _told(backend, follower, said):
    """The request that told a fresh message, if the library said so of it: a change of an endpoint
    made by another process is heard of within a second."""
    text = secrets.token_hex(8)
    follower.send(backend.account, text=text)
    told = until(lambda: backend.of_text(text), 10, "the message")
    return told[0] if told[0]["said"] == said else None


def test_a_replay_says_so_and_counts_once(server, backend, follower):
    account = backend.account
    follower.send(account, text="once")
    follower.live.wait(sender="account", text="once")
    before = follower.messages(account)
    since = (datetime.now(timezone.utc) - timedelta(minutes=5)).isoformat()
    server.cli("endpoint", "recover", "--account", account.handle, "--since", since, "--all")
    first, again = until(
        lambda: len(backend.of_text("once")) == 2 and backend.of_text("once"), 15, "the replay")
    assert again["said"] == ["verified"]
    assert again["headers"]["webhook-id"] == first["headers"]["webhook-id"]
    assert again["body"] == first["body"]
    assert again["headers"]["crier-replay"] == "true" and "crier-replay" not in first["headers"]
    follower.send(account, text="and on")
    follower.live.wait(sender="account", text="and on")
    said = [message["text"] for message in follower.messages(account)[len(before):]]
    assert said == ["and on", "and on"], "the replay's reply is the one that was said"


def test_a_second_endpoint_hears_what_it_asked_for(server, backend, language, tmp_path):
    account, port = backend.account, free_port()
    added = server.cli(
        "endpoint", "add", "--account", account.handle, "--webhook-dialect", "native",
        "--webhook-url", f"http://127.0.0.1:{port}/second", "--webhook-events", "message",
        "--webhook-header", "Authorization: Bearer second", "--webhook-rate", "100",
        "--webhook-concurrency", "4", "--webhook-timeout-ms", "5000",
        "--webhook-persistent", "false")
    log = tmp_path / "second.log"
    with backends.started(language, account, port, added["webhook_secret"], log) as second:
        listed = server.cli("endpoint", "list", "--account", account.handle)["endpoints"]
        assert [endpoint["answers"] for endpoint in listed] == [True, False]
        shown = {"endpoint": added["endpoint"], "events": ["message"], "rate": 100,
                 "concurrency": 4, "timeout_ms": 5000, "persistent": False}
        assert {key: listed[1][key] for key in shown} == shown
        someone = Follower(server)
        with someone.stream() as stream:
            someone.follow(account)
            stream.wait(sender="account", text=answers.GREETING)
            text, [told] = until(lambda: _both(backend, second, someone), 10, "the second endpoint")
            assert told["said"] == ["verified"]
            assert told["headers"]["authorization"] == "Bearer second"
            assert {request["event"]["type"] for request in second.seen()} == {"message.received"}
            stream.wait(sender="account", text=text)
            said = [message["text"] for message in someone.messages(account)
                    if message["from"] == "account"]
            assert said.count(text) == 1, "one of them answers"
        number = str(added["endpoint"])
        server.cli("endpoint", "answer", "--account", account.handle, "--endpoint", number)
        listed = server.cli("endpoint", "list", "--account", account.handle)["endpoints"]
        assert [endpoint["answers"] for endpoint in listed] == [False, True]
        server.cli("endpoint", "remove", "--account", account.handle, "--endpoint", number)
        [left] = server.cli("endpoint", "list", "--account", account.handle)["endpoints"]
        assert left["endpoint"] != added["endpoint"]


def _both(backend, second, someone):
    """A fresh message and what told the second endpoint of it, if anything did."""
    text = secrets.token_hex(8)
    someone.send(backend.account, text=text)
    until(lambda: backend.of_text(text), 10, "the message")
    told = second.of_text(text)
    return (text, told) if told else None
