"""Servers, bots and followers for the client tests. Everything here is the real thing."""
import pytest

from harness import accounts, bots, databases, operators, samples
from harness.drivers import Driver
from harness.followers import Follower
from harness.server import Server
from harness.sinks import Sink


def pytest_collection_modifyitems(config, items):
    """A flow runs with the clients that have its calls; the others say in LACKS what they lack."""
    lacking = [item for item in items if _lacks(item)]
    if lacking:
        config.hook.pytest_deselected(items=lacking)
        items[:] = [item for item in items if item not in lacking]


def _lacks(item):
    client = getattr(item, "callspec", None) and item.callspec.params.get("desk")
    return client and any(area in client.LACKS
                          for mark in item.iter_markers("calls_for") for area in mark.args)


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


@pytest.fixture(scope="session")
def driver_of(server):
    """One process per client, for all its accounts."""
    started = {}

    def driver(name):
        if name not in started:
            started[name] = Driver(name, server.url)
        return started[name]
    yield driver
    for one in started.values():
        one.close()


@pytest.fixture(scope="module", params=operators.ALL, ids=lambda client: client.name)
def desk(request, server, driver_of):
    """An operator with one of the public clients, and an account of its own whose pushes a sink
    keeps: quotas and menus must not meet."""
    with Sink() as sink:
        account = accounts.create(server, sink.url)
        sink.token = account.token
        operator = request.param(driver_of(request.param.name), account)
        operator.sink = sink
        yield operator
        assert not sink.wrong, "every push is signed, and says whom it is about"


@pytest.fixture(scope="module")
def reader(server, desk):
    """A follower of that account who has written to it, with a live stream open."""
    someone = Follower(server)
    with someone.stream() as stream:
        someone.live = stream
        someone.follow(desk.account)
        # Writing opens the window in which an account may speak first.
        someone.send(desk.account, text="hello")
        yield someone


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A folder with a picture, a photograph and a voice."""
    folder = tmp_path_factory.mktemp("files")
    for name, content in {"图 1.png": samples.picture(), "cover.jpg": samples.cover(),
                          "voice.amr": samples.voice()}.items():
        (folder / name).write_bytes(content)
    return folder
