"""Figures through each public client. What the numbers are is another test's business."""
import datetime
import zoneinfo

import pytest

from harness.drivers import Refused

FIGURES = ["user_summary", "user_cumulate", "article_summary", "article_total", "user_read",
           "user_read_hour", "user_share", "user_share_hour", "upstream_msg", "upstream_msg_hour",
           "upstream_msg_week", "upstream_msg_month", "upstream_msg_dist",
           "upstream_msg_dist_week", "upstream_msg_dist_month", "interface_summary",
           "interface_summary_hour"]


def test_flows_of_figures(desk):
    # Days are the account's: in the zone an account has unless it is told otherwise.
    now = datetime.datetime.now(zoneinfo.ZoneInfo("Asia/Shanghai")).date()
    # Yesterday has no figures in the first minute of today.
    past = now - datetime.timedelta(days=2)
    day = past.isoformat()
    for name in FIGURES:
        rows = desk.figures(name, day, day)
        assert isinstance(rows, list), name
        assert all(row["ref_date"] == day for row in rows), f"{name}: {rows}"
    early = (past - datetime.timedelta(days=40)).isoformat()
    today = now.isoformat()
    for name in FIGURES:
        for begin, end in ((early, day), (day, early), (day, today)):
            with pytest.raises(Refused) as refused:
                desk.figures(name, begin, end)
            assert refused.value.code in (61500, 61501), f"{name} {begin} {end}"
