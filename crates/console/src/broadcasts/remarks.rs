//! What would happen if a broadcast were sent, in sentences: what stops it, what to look at, and what
//! is fine.
use crier_core::plans::{Outlook, Plan};

use crate::calendar::Calendar;
use crate::numbers::grouped;
use crate::words::Speech;

/// One sentence of a dry run.
pub struct Remark {
    /// `is-bad` stops it, `is-warn` is worth a look, `is-ok` is fine.
    pub class: &'static str,
    /// What that means, in a word.
    pub level: String,
    pub text: String,
    /// Where to look.
    pub href: Option<String>,
}

/// How many speak another language before it is worth a word, in percent.
const WORTH: i64 = 5;

/// Every sentence, the worst first.
pub fn all(
    speech: &Speech,
    calendar: &Calendar,
    base: &str,
    plan: &Plan,
    outlook: &Outlook,
) -> Vec<Remark> {
    let mut remarks = Remarks { speech, all: Vec::new() };
    stops(&mut remarks, outlook);
    reach(&mut remarks, outlook);
    times(&mut remarks, calendar, base, outlook);
    languages(&mut remarks, outlook);
    links(&mut remarks, outlook);
    articles(&mut remarks, plan, outlook);
    let mut all = remarks.all;
    all.sort_by_key(|remark| match remark.class {
        "is-bad" => 0,
        "is-warn" => 1,
        _ => 2,
    });
    all
}

struct Remarks<'a> {
    speech: &'a Speech,
    all: Vec<Remark>,
}

impl Remarks<'_> {
    fn add(&mut self, class: &'static str, text: String) {
        self.add_linked(class, text, None);
    }

    fn add_linked(&mut self, class: &'static str, text: String, href: Option<String>) {
        let level = self.speech.say(&format!("outlook-{class}"));
        self.all.push(Remark { class, level, text, href });
    }
}

fn stops(remarks: &mut Remarks<'_>, outlook: &Outlook) {
    let speech = remarks.speech;
    if outlook.no_right {
        remarks.add("is-bad", speech.say("outlook-no-right"));
    }
    for fault in &outlook.faults {
        remarks.add("is-bad", speech.say(&format!("outlook-fault-{fault}")));
    }
}

fn reach(remarks: &mut Remarks<'_>, outlook: &Outlook) {
    use crier_core::broadcasts::Allowance;
    let speech = remarks.speech;
    let number = |key: &str, count: i64| {
        speech.with(key, &[("count", count.into()), ("number", grouped(count).into())])
    };
    if let Some(forecast) = outlook.forecast {
        let class = if forecast.reached == 0 { "is-bad" } else { "is-ok" };
        let reached = if forecast.at_most { "outlook-reached-at-most" } else { "outlook-reached" };
        remarks.add(class, number(reached, forecast.reached));
        if forecast.blocked > 0 {
            remarks.add("is-ok", number("outlook-blocked", forecast.blocked));
        }
        if forecast.sated > 0 && !forecast.at_most {
            remarks.add("is-warn", number("outlook-sated", forecast.sated));
        }
    }
    match outlook.allowance {
        Some(Allowance::Day { left: 0 }) => remarks.add("is-bad", speech.say("outlook-day-spent")),
        Some(Allowance::Month { sent, left: 0 }) => {
            remarks.add("is-warn", speech.count("outlook-month-spent", sent));
        }
        Some(allowance) => remarks.add("is-ok", super::quota(speech, allowance)),
        None => {}
    }
}

fn times(remarks: &mut Remarks<'_>, calendar: &Calendar, base: &str, outlook: &Outlook) {
    let speech = remarks.speech;
    match outlook.quiet {
        Some(hours) => {
            let clock = |minute: i32| format!("{:02}:{:02}", minute / 60, minute % 60);
            let values = [("from", clock(hours.from).into()), ("until", clock(hours.until).into())];
            remarks.add("is-warn", speech.with("outlook-quiet", &values));
        }
        None => remarks.add("is-ok", speech.say("outlook-not-quiet")),
    }
    for near in &outlook.near {
        let values =
            [("name", near.name.clone().into()), ("at", calendar.full(near.at).shown.into())];
        let href = match (near.plan, near.broadcast) {
            (Some(plan), _) => Some(format!("{base}/broadcasts/{plan}")),
            (None, Some(sent)) => Some(format!("{base}/broadcasts/sent/{sent}")),
            (None, None) => None,
        };
        remarks.add_linked("is-warn", speech.with("outlook-near", &values), href);
    }
    if outlook.near.is_empty() {
        remarks.add("is-ok", speech.say("outlook-not-near"));
    }
}

fn languages(remarks: &mut Remarks<'_>, outlook: &Outlook) {
    let speech = remarks.speech;
    let all: i64 = outlook.languages.iter().map(|spoken| spoken.count).sum();
    for spoken in &outlook.languages {
        let percent = spoken.count * 100 / all.max(1);
        if percent >= WORTH && outlook.script.misses(&spoken.language) {
            let name = crate::segments::rules::language(speech, &spoken.language);
            let values = [("name", name.into()), ("percent", percent.into())];
            remarks.add("is-warn", speech.with("outlook-language", &values));
        }
    }
}

fn links(remarks: &mut Remarks<'_>, outlook: &Outlook) {
    let count = i64::try_from(outlook.links.len()).unwrap_or(i64::MAX);
    if outlook.counted && count > 0 {
        remarks.add("is-ok", remarks.speech.count("outlook-counted", count));
    }
}

fn articles(remarks: &mut Remarks<'_>, plan: &Plan, outlook: &Outlook) {
    let speech = remarks.speech;
    for article in &outlook.articles {
        let name = || ("name", article.title.clone().into());
        if article.silent_pictures > 0 {
            let count = i64::try_from(article.silent_pictures).unwrap_or(i64::MAX);
            let values = [name(), ("count", count.into())];
            remarks.add("is-warn", speech.with("outlook-silent", &values));
        }
        if article.no_cover {
            remarks.add("is-warn", speech.with("outlook-no-cover", &[name()]));
        }
    }
    if plan.body.0.type_name() == "articles" && outlook.articles.is_empty() {
        remarks.add("is-ok", speech.say("outlook-articles-fine"));
    }
}
