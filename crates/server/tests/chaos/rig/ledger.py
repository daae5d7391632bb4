"""What was acknowledged, and what arrived at the endpoint: the two sides that must agree.

Times are seconds of the event loop's clock, taken in the one thread that everything runs in."""
from dataclasses import dataclass, field

# Every so often the endpoint answers a message with a message.
REPLY_EVERY = 5


@dataclass(frozen=True, order=True)
class Key:
    """A follower's message: its author and its number among theirs, from 1."""
    follower: str
    number: int

    @property
    def text(self) -> str:
        return f"{self.follower} {self.number}"

    @property
    def is_answered(self) -> bool:
        return self.number % REPLY_EVERY == 0

    @property
    def reply(self) -> str:
        return f"re {self.text}"

    @classmethod
    def read(cls, text: str) -> "Key":
        follower, number = text.split(" ")
        return cls(follower, int(number))


@dataclass(frozen=True)
class Ack:
    """The answer 201 (or 200) to a message."""
    id: int
    seq: int
    sent: float
    at: float
    tries: int


@dataclass(eq=False)
class Arrival:
    """One request at the endpoint."""
    at: float
    key: Key
    message_id: str
    # The run of the node that sent it ("a2"), "?" if it was gone before that could be seen.
    source: str
    answered: float | None = None

    def open_at(self, moment: float, slack: float = 0.0) -> bool:
        """Whether it had arrived by then and was not answered, or not longer ago than `slack`."""
        return self.at <= moment and (self.answered is None or self.answered > moment - slack)


@dataclass
class Ledger:
    acks: dict[Key, Ack] = field(default_factory=dict)
    arrivals: list[Arrival] = field(default_factory=list)
    by_key: dict[Key, list[Arrival]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    # Answers other than 200, 201 and 503, by status.
    odd_answers: dict[int, int] = field(default_factory=dict)

    def note(self, arrival: Arrival) -> None:
        self.arrivals.append(arrival)
        self.by_key.setdefault(arrival.key, []).append(arrival)

    def first(self, key: Key) -> Arrival | None:
        found = self.by_key.get(key)
        return found[0] if found else None

    def is_first(self, arrival: Arrival) -> bool:
        return self.by_key[arrival.key][0] is arrival
