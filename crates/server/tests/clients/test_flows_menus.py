"""Menus through each public client: what followers see and tap."""
import pytest

from harness.drivers import Refused
from harness.followers import Follower
from harness.waiting import until

BUTTONS = [
    {"type": "click", "name": "今日", "key": "TODAY"},
    {"name": "More", "sub_button": [
        {"type": "view", "name": "Site", "url": "https://example.com/?a=1&b=2"},
        {"type": "click", "name": "Help", "key": "HELP_<1>"}]}]
SPECIAL = [{"type": "click", "name": "For you", "key": "SPECIAL"}]


def names(buttons):
    return [button["name"] for button in buttons]


def test_flows_of_a_menu(desk, reader):
    assert desk.has_no_menu()
    desk.create_menu(BUTTONS)
    today, more = desk.menu()["menu"]["button"]
    assert (today["name"], today["key"]) == ("今日", "TODAY")
    assert names(more["sub_button"]) == ["Site", "Help"]
    current = desk.current_menu()
    assert current["is_menu_open"] == 1
    assert names(current["selfmenu_info"]["button"][1]["sub_button"]["list"]) == ["Site", "Help"]

    shown, _more = until(lambda: reader.menu(desk.account), 5, "the follower's menu")
    reader.tap(desk.account, shown)
    desk.sink.event("CLICK", FromUserName=reader.openid, EventKey="TODAY")

    desk.delete_menu()
    assert desk.has_no_menu()
    until(lambda: not reader.menu(desk.account), 5, "the menu to be gone")


def test_flows_of_a_conditional_menu(server, desk, reader):
    tag = desk.create_tag("chosen")
    with pytest.raises(Refused) as refused:
        desk.add_conditional_menu(SPECIAL, {"tag_id": tag})
    assert refused.value.code == 65303
    desk.create_menu(BUTTONS)
    desk.tag(tag, [reader.openid])
    menu = desk.add_conditional_menu(SPECIAL, {"tag_id": tag})
    [conditional] = desk.menu()["conditionalmenu"]
    assert str(conditional["menuid"]) == str(menu)
    assert names(desk.match_menu(reader.openid)["button"]) == ["For you"]
    other = Follower(server)
    other.follow(desk.account)
    assert names(desk.match_menu(other.openid)["button"]) == ["今日", "More"]

    special = until(lambda: [button for button in reader.menu(desk.account)
                             if button["name"] == "For you"], 5, "the menu for the chosen")
    reader.tap(desk.account, special[0])
    desk.sink.event("CLICK", FromUserName=reader.openid, EventKey="SPECIAL")
    assert names(other.menu(desk.account)) == ["今日", "More"]

    desk.delete_conditional_menu(menu)
    assert names(desk.match_menu(reader.openid)["button"]) == ["今日", "More"]
    desk.delete_menu()
