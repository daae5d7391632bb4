"""What an operator sees: one trace from the request to the reply's commit, and true counters."""
import secrets

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from harness import accounts, databases
from harness.collectors import Collector, attributes
from harness.followers import Follower
from harness.server import Server
from harness.sinks import Sink
from harness.waiting import until

MESSAGES = 30


def answer(push):
    if push["MsgType"] != "text" or not push["Content"].startswith("ask"):
        return b"success"
    return (f"<xml><ToUserName><![CDATA[{push['FromUserName']}]]></ToUserName>"
            f"<FromUserName><![CDATA[{push['ToUserName']}]]></FromUserName>"
            f"<CreateTime>1700000000</CreateTime><MsgType><![CDATA[text]]></MsgType>"
            f"<Content><![CDATA[told {push['Content']}]]></Content></xml>").encode()


@pytest.fixture
def collector():
    with Collector() as running:
        yield running


@pytest.fixture
def start(engine, tmp_path):
    """Starts a server of this test's own, with these settings."""
    started = []

    def begin(**settings):
        started.append(Server(tmp_path, databases.fresh(engine), **settings).start())
        return started[-1]
    yield begin
    for server in started:
        server.stop()


class Metrics:
    def __init__(self, server):
        shown = requests.get(f"{server.url}/metrics", timeout=5)
        assert shown.status_code == 200
        families = list(text_string_to_metric_families(shown.text))
        assert all(family.documentation for family in families), "each has a meaning"
        self.samples = [sample for family in families for sample in family.samples]

    def of(self, name, **labels):
        """The sum over the series that have these labels."""
        found = [sample.value for sample in self.samples if sample.name == name
                 and all(sample.labels.get(key) == value for key, value in labels.items())]
        assert found, f"there is no {name} {labels}"
        return sum(found)


def send(follower, account, text, parent=None):
    headers = {"traceparent": parent} if parent else {}
    body = {"client_id": secrets.token_hex(8), "type": "text", "text": text}
    follower.call("POST", f"/v1/accounts/{account.handle}/messages", [200, 201], json=body,
                  headers=headers)


def test_a_trace_goes_from_the_request_to_the_replys_commit(start, collector):
    server = start(CRIER_OTLP_URL=collector.url, CRIER_OTLP_SAMPLE="0")
    with Sink(answer) as sink:
        account = accounts.create(server, sink.url)
        sink.token = account.token
        follower = Follower(server)
        follower.follow(account)
        trace, caller = secrets.token_hex(16), secrets.token_hex(8)
        send(follower, account, "ask", f"00-{trace}-{caller}-01")
        send(follower, account, "not traced")
        send(follower, account, "not kept", f"00-{secrets.token_hex(16)}-{caller}-00")
        until(lambda: len(sink.texts()) == 3, 10, "three pushes")
        until(lambda: len(collector.of_trace(trace)) >= 6, 15,
              lambda: f"six spans; {collector.spans}")
        parents = {text: sink.header_of(text, "traceparent") for text in sink.texts()}

    spans = collector.of_trace(trace)
    assert len(spans) == len(collector.spans) == 6 and not collector.wrong
    request = child(spans, caller)
    commit = child(spans, request["spanId"])
    deliver = child(spans, commit["spanId"])
    attempt = child(spans, deliver["spanId"])
    reply = child(spans, attempt["spanId"])
    stored = child(spans, reply["spanId"])
    names = [span["name"] for span in (request, commit, deliver, attempt, reply, stored)]
    assert names == ["POST /v1/accounts/{account}/messages", "commit", "deliver", "attempt",
                     "reply", "commit"]
    for span in spans:
        assert int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"])
    # A parent that has ended is not made longer by what follows it: one thread makes all commits.
    assert int(commit["endTimeUnixNano"]) <= int(stored["startTimeUnixNano"])

    told = attributes(request)
    assert (told["face"], told["http.request.method"]) == ("follower", "POST")
    assert told["http.response.status_code"] in (200, 201)
    assert attributes(commit)["operations"] >= 1
    told = attributes(attempt)
    assert (told["attempt"], told["verdict"], told["http.response.status_code"]) == (
        1, "delivered", 200)
    assert told["server.address"] == "127.0.0.1" and told["endpoint.id"] > 0
    assert parents == {"ask": f"00-{trace}-{attempt['spanId']}-01", "not traced": None,
                       "not kept": None}


def child(spans, parent):
    found, = [span for span in spans if span.get("parentSpanId") == parent]
    return found


def until_refused(follower, account):
    """Writes until it is too fast; answers how many were taken before."""
    for taken in range(MESSAGES):
        answered = follower.http.post(
            f"{follower.url}/v1/accounts/{account.handle}/messages", timeout=15,
            json={"client_id": f"late {taken}", "type": "text", "text": f"late {taken}"})
        if answered.status_code == 429:
            return taken
        assert answered.status_code in (200, 201), answered.text
    raise AssertionError("the limit does not hold")


def test_counters_are_right_after_messages(start):
    server = start(CRIER_MESSAGES_PER_SECOND="1", CRIER_MESSAGES_BURST=str(MESSAGES + 1))
    with Sink(answer) as sink:
        account = accounts.create(server, sink.url)
        sink.token = account.token
        follower = Follower(server)
        follower.follow(account)
        for number in range(MESSAGES):
            send(follower, account, f"{'ask' if number % 3 == 0 else 'say'} {number}")
        late = until_refused(follower, account)
        replies = len(range(0, MESSAGES, 3))
        until(lambda: Metrics(server).of("crier_messages_accepted_total", origin="answer")
              == replies, 10, "replies to be stored")
        until(lambda: Metrics(server).of("crier_deliveries_in_memory") == 0, 10, "deliveries to end")
        seen = Metrics(server)

    sent = MESSAGES + late
    assert seen.of("crier_messages_accepted_total", origin="follower") == sent
    # The follow was an event, and its delivery ended like the messages'.
    assert seen.of("crier_deliveries_finished_total", dialect="wechat", outcome="delivered",
                   verdict="delivered") == sent + 1
    assert seen.of("crier_deliveries_finished_total", outcome="failed") == 0
    assert seen.of("crier_attempt_seconds_count", dialect="wechat",
                   outcome="delivered") == sent + 1
    assert seen.of("crier_delivery_lag_seconds_count") == sent
    assert 0 < seen.of("crier_delivery_lag_seconds_sum") < 10 * MESSAGES
    assert seen.of("crier_commits_total", outcome="stored") >= MESSAGES
    assert seen.of("crier_commits_total", outcome="failed") == 0
    assert seen.of("crier_commit_operations_sum") >= 2 * MESSAGES
    assert seen.of("crier_rate_limited_total", limit="messages") == 1
    assert seen.of("crier_http_requests_total", face="follower", status="4xx") == 1
    # One to follow, and the messages.
    assert seen.of("crier_http_requests_total", face="follower", status="2xx") == sent + 1
    assert seen.of("crier_http_request_seconds_count", face="follower") == sent + 2
    assert seen.of("crier_build_info") == 1
