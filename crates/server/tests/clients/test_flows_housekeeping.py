"""What keeps house, through each public client that has calls for it."""
import ipaddress

import pytest
import requests


def test_flows_of_callback_addresses(desk):
    addresses = desk.callback_addresses()
    assert addresses and all(ipaddress.ip_address(one) for one in addresses)


@pytest.mark.calls_for("shortening")
def test_flows_of_short_addresses(desk):
    made = desk.shorten("https://example.com/a/long/way?a=1&b=2")
    led = requests.get(made["short_url"], timeout=15, allow_redirects=False)
    assert led.status_code in (301, 302, 307, 308)
    assert led.headers["Location"] == "https://example.com/a/long/way?a=1&b=2"


@pytest.mark.calls_for("clearing")
def test_flows_of_clearing_quotas(desk):
    assert desk.clear_quota()["errcode"] == 0


@pytest.mark.calls_for("auto-replies")
def test_flows_of_auto_replies(desk):
    told = desk.auto_replies()
    assert (told["is_add_friend_reply_open"], told["is_autoreply_open"]) == (0, 0)
