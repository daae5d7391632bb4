"""A fresh database for each server: a file, or a database of its own in the test PostgreSQL."""
import os
import subprocess
import uuid
from urllib.parse import urlsplit, urlunsplit

import pytest

ENGINES = ["sqlite", "postgres"]


def service(name):
    """The address of a service of .ci/services. In CI its absence is an error, not a skip."""
    address = os.environ.get(name)
    if not address:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{name} is not set: run under .ci/services")
        pytest.skip(f"{name} is not set: run under .ci/services")
    return address


def fresh(engine):
    """What CRIER_DATABASE_URL should say; None leaves SQLite to its default place."""
    if engine == "sqlite":
        return None
    base = service("CRIER_TEST_POSTGRES_URL")
    name = f"clients_{uuid.uuid4().hex}"
    subprocess.run(["psql", base, "-qX", "-v", "ON_ERROR_STOP=1", "-c", f"CREATE DATABASE {name}"],
                   check=True)
    return urlunsplit(urlsplit(base)._replace(path=f"/{name}"))


def redis(number):
    """One numbered database per test keeps keys apart; channels are shared all the same."""
    return urlunsplit(urlsplit(service("CRIER_TEST_REDIS_URL"))._replace(path=f"/{number}"))
