"""Templates through each public client: chosen, sent, seen and reported."""
import pytest
import requests

from harness.drivers import Refused

FILLED = {"keyword1": {"value": "4711", "color": "#173177"}, "keyword2": {"value": "茶 <绿>"},
          "keyword3": {"value": "已发货"}}


@pytest.mark.calls_for("choosing templates")
def test_flows_of_industries(desk):
    desk.set_industry(1, 2)
    set_to = desk.industry()
    first, second = set_to["primary_industry"], set_to["secondary_industry"]
    assert first["first_class"] and first["second_class"] and first != second
    with pytest.raises(Refused) as refused:
        desk.set_industry(1, 3)
    assert refused.value.code == 43100


@pytest.mark.calls_for("choosing templates")
def test_flows_of_templates(desk, reader):
    template = desk.add_template("CR00001")
    [listed] = desk.templates()["template_list"]
    assert listed["template_id"] == template and listed["title"] and "{{" in listed["content"]
    check_sending(desk, reader, template)
    desk.delete_template(template)
    assert desk.templates()["template_list"] == []
    with pytest.raises(Refused) as refused:
        desk.send_template(reader.openid, template, "", FILLED)
    assert refused.value.code == 40037


def test_flows_of_sending_a_template(server, desk, reader):
    """Also by the client that can't choose one: what it sends was chosen by other means."""
    token = requests.get(f"{server.url}/cgi-bin/token", timeout=15, params={
        "grant_type": "client_credential", "appid": desk.account.app_id,
        "secret": desk.account.app_secret}).json()["access_token"]
    chosen = requests.post(f"{server.url}/cgi-bin/template/api_add_template", timeout=15,
                           params={"access_token": token},
                           json={"template_id_short": "CR00001"}).json()["template_id"]
    check_sending(desk, reader, chosen)


def check_sending(desk, reader, template):
    sent = desk.send_template(reader.openid, template, "https://example.com/order?a=1&b=2", FILLED)
    assert isinstance(sent["msgid"], int)
    done = desk.sink.event("TEMPLATESENDJOBFINISH", MsgID=str(sent["msgid"]))
    assert (done["Status"], done["FromUserName"]) == ("success", reader.openid)
    shown = [message for message in reader.messages(desk.account)
             if message["type"] == "template"]
    assert "茶 <绿>" in str(shown[-1]) and "https://example.com/order?a=1&b=2" in str(shown[-1])
