"""Two nodes on one PostgreSQL and Redis are one platform, and either may die."""
import secrets

import pytest

from harness import accounts, bots, databases
from harness.crowds import Crowd
from harness.followers import Follower
from harness.server import Server
from harness.sinks import Sink


@pytest.fixture
def nodes(tmp_path):
    shared = {"CRIER_REDIS_URL": databases.redis(secrets.randbelow(63) + 1),
              "CRIER_SECRET_KEY": secrets.token_hex(32)}
    database = databases.fresh("postgres")
    started = [Server(tmp_path / name, database, **shared) for name in ("a", "b")]
    try:
        for node in started:
            node.start()
        yield started
    finally:
        for node in started:
            node.stop()


def test_an_answer_crosses_from_node_to_node(nodes, tmp_path):
    a, b = nodes
    with bots.running(a, "werobot", "safe", tmp_path / "bot.log") as account:
        someone = Follower(a)
        with someone.stream(base=a.url) as stream:
            someone.follow(account)
            stream.wait(sender="account")
            someone.send(account, base=b.url, text="through the other door")
            stream.wait(sender="follower", text="through the other door")
            stream.wait(sender="account", text="through the other door")
            assert someone.messages(account, base=a.url) == someone.messages(account, base=b.url)


@pytest.mark.parametrize("victim", ["a", "b"])
def test_either_node_may_die(nodes, victim):
    a, b = nodes
    dying, living = (a, b) if victim == "a" else (b, a)
    with Sink() as sink:
        account = accounts.create(a, sink.url)
        sink.token = account.token
        with Crowd(living, account, [a.url, b.url]) as crowd:
            crowd.wait_for(80)
            dying.kill()
            crowd.wait_for(80)
        # What the dead node had leased, the living one has to deliver by itself.
        crowd.assert_stored(living.url)
        crowd.assert_delivered(sink)
        dying.start()
        crowd.assert_stored(dying.url)


def test_a_node_that_comes_back_serves_again(nodes):
    a, b = nodes
    with Sink() as sink:
        account = accounts.create(b, sink.url)
        sink.token = account.token
        a.kill()
        a.start()
        someone = Follower(a)
        with someone.stream(base=a.url) as stream:
            someone.follow(account)
            someone.send(account, base=b.url, text="welcome back")
            stream.wait(sender="follower", text="welcome back")
