//! The templates accounts choose from: our own, few and plain. A short id never changes its
//! meaning, because bots have it in their code.
use crate::error::{Error, Result};

/// One template of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is asked for by.
    pub short: &'static str,
    /// Heading.
    pub title: &'static str,
    /// The trade it is meant for.
    pub industry: &'static str,
    /// Its facts: a label, and an example.
    pub keywords: &'static [(&'static str, &'static str)],
}

/// All of them.
pub const LIBRARY: &[Entry] = &[
    Entry {
        short: "CR00001",
        title: "订单状态更新",
        industry: "通用",
        keywords: &[("订单号", "20261122001"), ("商品", "手冲咖啡 250 克"), ("状态", "已发货")],
    },
    Entry {
        short: "CR00002",
        title: "付款成功通知",
        industry: "通用",
        keywords: &[("金额", "68.00 元"), ("商品", "月度会员"), ("时间", "2026-11-22 18:30")],
    },
    Entry {
        short: "CR00003",
        title: "物流到达提醒",
        industry: "物流",
        keywords: &[("运单号", "SF1029384756"), ("地点", "东门驿站"), ("取件码", "7-2-1034")],
    },
    Entry {
        short: "CR00004",
        title: "预约成功通知",
        industry: "生活服务",
        keywords: &[("项目", "洗牙"), ("时间", "2026-11-25 09:30"), ("地点", "三楼 302 室")],
    },
    Entry {
        short: "CR00005",
        title: "活动开始提醒",
        industry: "文体",
        keywords: &[("活动", "城市夜跑"), ("时间", "2026-11-28 19:00"), ("地点", "滨江公园北门")],
    },
    Entry {
        short: "CR00006",
        title: "审批结果通知",
        industry: "政务",
        keywords: &[("事项", "居住证续签"), ("结果", "已通过"), ("时间", "2026-11-22 10:05")],
    },
    Entry {
        short: "CR00007",
        title: "设备告警通知",
        industry: "科技",
        keywords: &[("设备", "3 号水泵"), ("告警", "水压过低"), ("时间", "2026-11-22 03:14")],
    },
    Entry {
        short: "CR00008",
        title: "服务变更公告",
        industry: "通用",
        keywords: &[
            ("服务", "图书馆自习室"),
            ("内容", "开放时间延长至 23 点"),
            ("生效时间", "2026-12-01"),
        ],
    },
];

impl Entry {
    /// Its lines with their places, and the same filled in; with these labels only, if any.
    pub(super) fn text(&self, labels: &[String]) -> Result<(String, String)> {
        let chosen: Vec<(&str, &str)> = if labels.is_empty() {
            self.keywords.to_vec()
        } else {
            labels.iter().map(|label| self.keyword(label)).collect::<Result<_>>()?
        };
        let places = (1..).zip(&chosen).map(|(at, (label, _))| place(at, label));
        let content =
            format!("{{{{first.DATA}}}}\n{}{{{{remark.DATA}}}}", places.collect::<String>());
        let filled: Vec<String> =
            chosen.iter().map(|(label, sample)| format!("{label}：{sample}")).collect();
        Ok((content, filled.join("\n")))
    }

    fn keyword(&self, label: &str) -> Result<(&'static str, &'static str)> {
        let found = self.keywords.iter().find(|(known, _)| *known == label);
        found
            .copied()
            .ok_or_else(|| Error::invalid("keyword_name_list", format!("has no keyword {label}")))
    }
}

fn place(at: usize, label: &str) -> String {
    format!("{label}：{{{{keyword{at}.DATA}}}}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_become_numbered_places() {
        let (content, example) = LIBRARY[0].text(&[]).unwrap();
        assert!(content.starts_with("{{first.DATA}}\n订单号：{{keyword1.DATA}}\n商品：{{keyword2"));
        assert!(example.starts_with("订单号：20261122001\n"));
        let (content, _) = LIBRARY[0].text(&["状态".into()]).unwrap();
        assert_eq!(content, "{{first.DATA}}\n状态：{{keyword1.DATA}}\n{{remark.DATA}}");
        assert!(LIBRARY[0].text(&["无".into()]).is_err());
    }

    #[test]
    fn short_ids_are_unique() {
        let mut shorts: Vec<&str> = LIBRARY.iter().map(|entry| entry.short).collect();
        shorts.dedup();
        assert_eq!(shorts.len(), LIBRARY.len());
    }
}
