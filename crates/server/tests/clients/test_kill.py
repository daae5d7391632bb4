"""kill -9 in the middle of a stream of sends, again and again: nothing acknowledged is lost."""
from harness import accounts, databases
from harness.crowds import Crowd
from harness.server import Server
from harness.sinks import Sink

ROUNDS = 5


def test_every_acknowledged_message_survives_five_kills(engine, tmp_path):
    server = Server(tmp_path, databases.fresh(engine)).start()
    try:
        with Sink() as sink:
            account = accounts.create(server, sink.url)
            sink.token = account.token
            with Crowd(server, account, [server.url]) as crowd:
                for _round in range(ROUNDS):
                    crowd.wait_for(60)
                    server.kill()
                    server.start()
                crowd.wait_for(20)
            crowd.assert_stored(server.url)
            crowd.assert_delivered(sink)
            # A clean restart changes nothing either.
            server.stop()
            server.start()
            crowd.assert_stored(server.url)
    finally:
        server.stop()
