"""Figures through each public client. What the numbers are is another test's business."""
import datetime

import pytest

from harness.drivers import Refused

FIGURES = ["user_summary", "user_cumulate", "article_summary", "article_total", "user_read",
           "user_read_hour", "user_share", "user_share_hour", "upstream_msg", "upstream_msg_hour",
           "upstream_msg_week", "upstream_msg_month", "upstream_msg_dist",
           "upstream_msg_dist_week", "upstream_msg_dist_month", "interface_summary",
           "interface_summary_hour"]


def test_flows_of_figures(desk):
    yesterday = datetime.datetime.now(datetime.UTC).date() - datetime.timedelta(days=1)
    day = yesterday.isoformat()
    for name in FIGURES:
        rows = desk.figures(name, day, day)
        assert isinstance(rows, list), name
        assert all(row["ref_date"] == day for row in rows), f"{name}: {rows}"
    early = (yesterday - datetime.timedelta(days=40)).isoformat()
    today = (yesterday + datetime.timedelta(days=1)).isoformat()
    for name in FIGURES:
        for begin, end in ((early, day), (day, early), (day, today)):
            with pytest.raises(Refused) as refused:
                desk.figures(name, begin, end)
            assert refused.value.code in (61500, 61501), f"{name} {begin} {end}"
