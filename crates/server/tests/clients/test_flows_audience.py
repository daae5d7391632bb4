"""An operator's audience, through each public client: tags, remarks, lists, and who is blocked."""
import pytest

from harness import operators
from harness.followers import Follower
from harness.waiting import until


@pytest.mark.parametrize("client", operators.ALL, ids=lambda client: client.name)
def test_flows_leave_out_only_what_a_client_has_no_call_for(client, driver_of):
    sources = driver_of(client.name).sources()
    assert len(sources) > 1
    for area, address in client.LACKS.items():
        assert not any(address in text for text in sources), f"{client.name} has {area} after all"


def test_flows_of_tags(desk, reader):
    friends = desk.create_tag("友 & friends")
    regulars = desk.create_tag("regulars")
    assert friends >= 100 and regulars > friends, "the first hundred are the platform's"
    desk.rename_tag(regulars, "常客")
    desk.tag(friends, [reader.openid])
    desk.tag(regulars, [reader.openid])

    named = {tag["id"]: (tag["name"], tag["count"]) for tag in desk.tags()}
    assert named[friends] == ("友 & friends", 1) and named[regulars] == ("常客", 1)
    page = desk.tagged(friends)
    assert (page["count"], page["data"]["openid"]) == (1, [reader.openid])
    assert sorted(desk.tags_of(reader.openid)) == [friends, regulars]
    assert sorted(desk.user(reader.openid)["tagid_list"]) == [friends, regulars]

    desk.untag(friends, [reader.openid])
    assert desk.tags_of(reader.openid) == [regulars]
    assert desk.tagged(friends)["count"] == 0
    desk.delete_tag(regulars)
    desk.delete_tag(friends)
    assert desk.user(reader.openid)["tagid_list"] == []
    assert not {friends, regulars} & {tag["id"] for tag in desk.tags()}


def test_flows_of_remarks(desk, reader):
    desk.remark(reader.openid, "老王 <b>")
    assert desk.user(reader.openid)["remark"] == "老王 <b>"
    [one] = desk.users([reader.openid])
    assert (one["openid"], one["remark"], one["subscribe"]) == (reader.openid, "老王 <b>", 1)
    desk.remark(reader.openid, "")
    assert desk.user(reader.openid)["remark"] == ""


def test_flows_of_followers(server, desk, reader):
    leaving = Follower(server)
    leaving.follow(desk.account)
    page = desk.followers()
    assert (page["total"], page["count"]) == (2, 2)
    assert set(page["data"]["openid"]) == {reader.openid, leaving.openid}
    rest = desk.followers(page["data"]["openid"][0])
    assert rest["data"]["openid"] == page["data"]["openid"][1:]
    assert not desk.followers(page["data"]["openid"][-1]).get("data")

    leaving.unfollow(desk.account)
    desk.sink.event("unsubscribe", FromUserName=leaving.openid)
    gone = desk.user(leaving.openid)
    assert gone["subscribe"] == 0 and "subscribe_time" not in gone
    assert desk.followers()["data"]["openid"] == [reader.openid]


@pytest.mark.calls_for("blocking")
def test_flows_of_blocking(server, desk):
    rude = Follower(server)
    rude.follow(desk.account)
    rude.send(desk.account, text="first words")
    desk.block([rude.openid])
    listed = desk.blocked()
    assert (listed["total"], listed["data"]["openid"]) == (1, [rude.openid])
    refused = rude.call("POST", f"/v1/accounts/{desk.account.handle}/messages", [403],
                        json={"client_id": "rude", "type": "text", "text": "again"})
    assert refused.json()["code"] == "blocked"
    desk.unblock([rude.openid])
    assert desk.blocked()["total"] == 0
    rude.send(desk.account, text="sorry")
    until(lambda: "sorry" in desk.sink.texts(), 10, "the words of who is not blocked any more")
    assert "again" not in desk.sink.texts()
