"""Which strikes on which stage, drawn from a seed: the same seed draws the same again."""
import random
from collections.abc import Iterable

from rig.stages import Scenario
from rig.strikes import Kind

Plan = list[tuple[Scenario, list[Kind]]]

# Weights: a deck of each, shuffled; a new one when it is used up.
DECKS = {
    Scenario.SQLITE: {Kind.NODE: 4, Kind.PAUSE: 1},
    Scenario.POSTGRES: {Kind.NODE: 2, Kind.POSTGRES: 2, Kind.PAUSE: 1},
    Scenario.CLUSTER: {Kind.NODE: 2, Kind.REDIS: 2, Kind.POSTGRES: 2, Kind.PAUSE: 1, Kind.JOIN: 1},
}

SHORT: Plan = [
    (Scenario.SQLITE, [Kind.NODE]),
    (Scenario.POSTGRES, [Kind.NODE]),
    (Scenario.CLUSTER, [Kind.NODE, Kind.REDIS, Kind.POSTGRES, Kind.PAUSE, Kind.JOIN]),
]


def draw(rounds: int, scenarios: list[Scenario], kinds: Iterable[Kind], seed: int) -> Plan:
    """`rounds` strikes in all, spread evenly; only the kinds asked for."""
    wanted = set(kinds)
    able = [scenario for scenario in scenarios if wanted & set(DECKS[scenario])]
    plan = []
    for place, scenario in enumerate(able):
        share = rounds // len(able) + (place < rounds % len(able))
        rng = random.Random(f"{seed}/{scenario}/plan")
        cards: list[Kind] = []
        while len(cards) < share:
            deck = [kind for kind, weight in DECKS[scenario].items() if kind in wanted
                    for _ in range(weight)]
            rng.shuffle(deck)
            cards += deck
        plan.append((scenario, cards[:share]))
    return plan
