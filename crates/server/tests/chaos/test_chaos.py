"""Each kind of strike once, under load. The long form is a command: `make chaos`."""
import asyncio
import secrets

import pytest

from rig import plans, runs


def test_nothing_is_lost_whatever_is_killed():
    options = runs.Options(seed=secrets.randbelow(1_000_000), followers=20, settle=15)
    report = asyncio.run(runs.run(plans.SHORT, options, print))
    print(report.summary())
    if report.failed:
        pytest.fail(f"\n{report.summary()}", pytrace=False)
