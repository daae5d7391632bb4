"""Web pages that ask the host app for its abilities: signed by SDKs, checked by the server."""
import json
import subprocess
from pathlib import Path

import pytest

from harness import accounts, sdks
from harness.followers import Follower

SCRIPT = Path(__file__).parent / "bots" / "page_signer.js"
PAGE = "https://shop.example/页?a=1&b=2"


@pytest.fixture(scope="module")
def account(server):
    return accounts.create(server, "http://127.0.0.1:9/hook")


@pytest.fixture
def check(server, account):
    someone = Follower(server)

    def ask(**fields):
        path = f"/v1/accounts/{account.handle}/page-config/check"
        return someone.call("POST", path, [200], json=fields).json()
    return ask


def test_wechatpy_signs_what_is_taken(server, account, check):
    client = sdks.Wechatpy(server.url, account).client
    ticket = client.jsapi.get_jsapi_ticket()
    signature = client.jsapi.get_jsapi_signature("nonce", ticket, 1414587457, PAGE)
    signed = {"nonce": "nonce", "timestamp": 1414587457, "url": PAGE, "signature": signature}
    assert check(**signed) == {"valid": True, "app_id": account.app_id, "problem": None}
    assert check(**signed | {"url": PAGE + "#top", "timestamp": "1414587457"})["valid"]
    for change in ({"nonce": "other"}, {"url": PAGE + "&c=3"}, {"signature": "0" * 40}):
        assert check(**signed | change)["problem"] == "signature"


def test_a_node_package_signs_what_is_taken(server, account, check):
    done = subprocess.run(
        ["node", SCRIPT, "co-wechat-api", server.url, account.app_id, account.app_secret, PAGE],
        capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    config = json.loads(done.stdout)
    assert config["appId"] == account.app_id
    signed = {"nonce": config["nonceStr"], "timestamp": config["timestamp"], "url": PAGE,
              "signature": config["signature"]}
    assert check(**signed)["valid"]
