"""Servers, bots and followers for the client tests. Everything here is the real thing."""
import pytest

from harness import bots, databases
from harness.followers import Follower
from harness.server import Server


@pytest.fixture(scope="session", params=databases.ENGINES)
def engine(request):
    return request.param


@pytest.fixture(scope="session")
def server(engine, tmp_path_factory):
    """One server per engine, shared by the tests that leave it whole."""
    started = Server(tmp_path_factory.mktemp(f"server-{engine}"), databases.fresh(engine)).start()
    yield started
    started.stop()


@pytest.fixture(scope="module", params=bots.KINDS, ids="-".join)
def bot(request, server, tmp_path_factory):
    """The account of a running bot; the bot's name and mode are the test's id."""
    package, mode = request.param
    with bots.running(server, package, mode, tmp_path_factory.mktemp("bot") / "bot.log") as account:
        yield account


@pytest.fixture
def follower(server, bot):
    """Someone who follows the bot's account and has its greeting, with a live stream open."""
    someone = Follower(server)
    with someone.stream() as stream:
        someone.live = stream
        someone.follow(bot)
        stream.wait(sender="account")
        yield someone
