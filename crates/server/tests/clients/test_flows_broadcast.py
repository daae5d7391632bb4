"""Broadcasts through each public client: who sees them, and what the account is told of them."""
import pytest

from harness.drivers import Refused
from harness.followers import Follower
from harness.waiting import until


@pytest.fixture(scope="module")
def other(server, desk):
    someone = Follower(server)
    someone.follow(desk.account)
    return someone


def has(someone, text):
    return any(message.get("text") == text for message in someone.timeline())


def finished(desk, sent):
    """The counts of the push that ends a broadcast."""
    push = desk.sink.event("MASSSENDJOBFINISH", MsgID=str(sent["msg_id"]))
    assert push["Status"] == "send success"
    return [int(push[name]) for name in ("TotalCount", "FilterCount", "SentCount", "ErrorCount")]


def test_flows_of_a_broadcast_to_all(desk, reader, other):
    text = f"致所有人 from {desk.name} <&>"
    sent = desk.send_to_all(text)
    assert isinstance(sent["msg_id"], int)
    for someone in (reader, other):
        until(lambda who=someone: has(who, text), 10, "everybody to have it")
    assert finished(desk, sent) == [2, 2, 2, 0]
    told = desk.broadcast(sent["msg_id"])
    assert (told["msg_id"], told["msg_status"]) == (sent["msg_id"], "SEND_SUCCESS")


def test_flows_of_a_broadcast_to_a_tag(desk, reader, other):
    tag = desk.create_tag("readers")
    desk.tag(tag, [reader.openid])
    sent = desk.send_to_tag(tag, "for the tagged")
    until(lambda: has(reader, "for the tagged"), 10, "the tagged one to have it")
    assert finished(desk, sent) == [1, 1, 1, 0]
    assert not has(other, "for the tagged")


def test_flows_of_a_broadcast_to_a_list(desk, reader, other):
    sent = desk.send_to_list([reader.openid, other.openid], "for the listed")
    for someone in (reader, other):
        until(lambda who=someone: has(who, "for the listed"), 10, "the listed to have it")
    assert finished(desk, sent) == [2, 2, 2, 0]


def test_flows_of_a_preview(desk, reader, other):
    desk.preview(reader.openid, "is this right?")
    reader.live.wait(sender="account", text="is this right?", within=10)
    assert not has(other, "is this right?")
    assert not other.messages(desk.account)


def test_flows_of_a_broadcast_that_is_unknown(desk):
    for call in (desk.broadcast, desk.withdraw):
        with pytest.raises(Refused):
            call(987_654_321)


@pytest.mark.calls_for("speed")
def test_flows_of_speed(desk):
    desk.set_speed(3)
    assert desk.speed() == {"speed": 3, "realspeed": 30}
    with pytest.raises(Refused) as refused:
        desk.set_speed(9)
    assert refused.value.code == 45083
