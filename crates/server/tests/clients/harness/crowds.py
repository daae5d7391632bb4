"""Followers who write without pause while servers die, and the proof that nothing was lost."""
import threading
import uuid

from harness.followers import Follower
from harness.waiting import until

# A delivery leased to a node that died waits for that lease to run out before another takes it.
DELIVERY_SECONDS = 150


class Writer:
    """One follower in one thread: the next message goes out when the last is acknowledged."""

    def __init__(self, server, account, bases):
        self.name = uuid.uuid4().hex[:8]
        self.account = account
        self.bases = bases
        self.follower = Follower(server)
        self.follower.follow(account)
        self.acknowledged = []
        self.failure = None
        self.stopping = threading.Event()
        self.thread = threading.Thread(target=self._write, daemon=True)

    def text(self, number):
        return f"{self.name} {number}"

    def _write(self):
        try:
            while not self.stopping.is_set():
                number = len(self.acknowledged)
                client_id = f"{self.name}-{number}"
                # Starting at another node each time: both have to be good for every follower.
                turn = number % len(self.bases)
                bases = self.bases[turn:] + self.bases[:turn]
                self.acknowledged.append(self.follower.send_until_stored(
                    self.account, client_id, bases, text=self.text(number)))
        except BaseException as failure:
            self.failure = failure


class Crowd:
    def __init__(self, server, account, bases, size=4):
        self.writers = [Writer(server, account, bases) for _ in range(size)]

    def __enter__(self):
        for writer in self.writers:
            writer.thread.start()
        return self

    def __exit__(self, *_):
        for writer in self.writers:
            writer.stopping.set()
        for writer in self.writers:
            writer.thread.join(90)

    def count(self):
        for writer in self.writers:
            if writer.failure:
                raise writer.failure
        return sum(len(writer.acknowledged) for writer in self.writers)

    def wait_for(self, more, within=90):
        """Until so many more messages have been acknowledged than now."""
        goal = self.count() + more
        until(lambda: self.count() >= goal, within, lambda: f"{goal} messages; {self.count()}")

    def assert_stored(self, base):
        """Every acknowledged message once, in order, under the number it was promised."""
        self.count()
        for writer in self.writers:
            stored = writer.follower.messages(writer.account, base=base)
            assert [message["seq"] for message in stored] == list(range(1, len(stored) + 1))
            mine = [message for message in stored if message["from"] == "follower"]
            expected = [writer.text(number) for number in range(len(writer.acknowledged))]
            assert [message["text"] for message in mine] == expected
            promised = [(answer["id"], answer["seq"]) for answer in writer.acknowledged]
            assert [(message["id"], message["seq"]) for message in mine] == promised

    def assert_delivered(self, sink):
        expected = {writer.text(number) for writer in self.writers
                    for number in range(len(writer.acknowledged))}
        until(lambda: expected <= set(sink.texts()), DELIVERY_SECONDS, lambda: (
            f"{len(expected - set(sink.texts()))} of {len(expected)} never reached the endpoint"))
        assert not sink.wrong, f"pushes signed wrongly: {sink.wrong[:3]}"
