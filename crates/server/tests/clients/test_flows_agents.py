"""Agents and their sessions through each public client."""
import time

import pytest
import requests

from harness import samples
from harness.drivers import Refused


def test_flows_of_agents(desk, tmp_path):
    name = f"ada@{desk.account.handle}"
    face = tmp_path / "face.jpg"
    face.write_bytes(samples.cover())
    desk.add_agent(name, "Ada")
    [agent] = desk.agents()
    assert (agent["kf_account"], agent["kf_nick"]) == (name, "Ada")
    assert isinstance(agent["kf_id"], int)
    desk.rename_agent(name, "艾达")
    desk.give_agent_a_face(name, face)
    [agent] = desk.agents()
    assert agent["kf_nick"] == "艾达"
    assert samples.same_picture(requests.get(agent["kf_headimgurl"], timeout=15).content,
                                face.read_bytes())
    assert desk.online_agents() == [], "nobody works as this agent yet"
    with pytest.raises(Refused) as refused:
        desk.add_agent(name, "Twin")
    assert refused.value.code == 61453
    desk.delete_agent(name, "艾达")
    assert desk.agents() == []


@pytest.mark.calls_for("sessions")
def test_flows_of_agents_sessions(desk, reader):
    name = f"bea@{desk.account.handle}"
    desk.add_agent(name, "Bea")
    with pytest.raises(Refused) as refused:
        desk.open_session(reader.openid, name)
    assert refused.value.code in (65402, 65415), "an agent nobody stands behind takes no session"
    assert desk.sessions_of(name) == []
    assert desk.session_of(reader.openid).get("kf_account", "") == ""
    waiting = desk.waiting()
    assert waiting["count"] == len(waiting["waitcaselist"])
    now = int(time.time())
    for row in desk.records(now - 3600, now):
        assert row["openid"] and row["opercode"] and row["time"]
    desk.delete_agent(name, "Bea")
