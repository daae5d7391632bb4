//! Both languages say everything.
use std::collections::BTreeSet;
use std::path::Path;

use crier_core::facts::Fact;
use crier_core::members::Role;
use crier_core::{deliveries, endpoints, recoveries, rights};
use crier_testing::{both_engines, member_brand};

use crate::browsers::{Browser, member};

const ENGLISH: &str = include_str!("../../../../web/messages/en.ftl");
const CHINESE: &str = include_str!("../../../../web/messages/zh-CN.ftl");
const VERDICTS: &str = include_str!("../../../dispatch/src/verdicts.rs");
const FILTERS: &str = include_str!("../../src/deliveries/search.rs");

fn keys(messages: &str) -> BTreeSet<&str> {
    let starts = messages.lines().filter(|line| !line.starts_with([' ', '#']));
    starts.filter_map(|line| Some(line.split_once(" =")?.0)).collect()
}

#[test]
fn both_files_have_the_same_keys() {
    assert_eq!(keys(ENGLISH), keys(CHINESE));
}

#[test]
fn every_message_that_is_used_is_there() {
    let known = keys(ENGLISH);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in [
        root.join("src"),
        root.join("src/endpoints"),
        root.join("src/deliveries"),
        root.join("../../web/templates/console"),
    ] {
        let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        for path in entries.filter(|path| path.is_file()) {
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["say(\"", "count(\"", "with(\"", "bare(\"", "page(\"", "link("] {
                for rest in text.split(call).skip(1) {
                    let key = rest.split('"').next().unwrap();
                    let is_key = key.starts_with(|c: char| c.is_ascii_lowercase())
                        && key.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
                    assert!(!is_key || known.contains(key), "{}: {key}", path.display());
                }
            }
        }
    }
}

#[test]
fn every_word_of_the_domain_has_a_sentence() {
    let known = keys(ENGLISH);
    let verdicts = VERDICTS.lines().filter_map(|line| line.split_once("&str = \""));
    let mut wanted: Vec<String> = verdicts
        .filter_map(|(_, word)| Some(format!("verdict-{}", word.strip_suffix("\";")?)))
        .collect();
    assert!(wanted.len() > 10);
    for key in &wanted {
        let word = key.trim_start_matches("verdict-");
        assert!(FILTERS.contains(&format!("\"{word}\"")), "the log is not searched for {word}");
    }
    wanted.extend(
        Role::ALL.iter().flat_map(|role| [format!("role-{role}"), format!("role-{role}-hint")]),
    );
    wanted.extend(deliveries::State::ALL.iter().map(|state| format!("state-{state}")));
    wanted.extend(endpoints::Dialect::ALL.iter().flat_map(|dialect| {
        let parts = ["dialect", "token-hint", "token-new", "speak", "invalid-token", "field-token"];
        parts.map(|part| format!("{part}-{dialect}"))
    }));
    wanted.extend(recoveries::State::ALL.iter().map(|state| format!("recovery-{state}")));
    wanted.extend(Fact::NAMES.iter().map(|kind| format!("event-{kind}")));
    wanted.extend(endpoints::Mode::ALL.iter().map(|mode| format!("mode-{mode}-hint")));
    wanted.extend(rights::Kind::ALL.iter().map(|kind| format!("kind-{kind}-hint")));
    for key in wanted {
        assert!(known.contains(key.as_str()), "{key}");
    }
}

#[test]
fn the_console_speaks_the_visitor_s_language() {
    both_engines(|app| async move {
        let brand = member_brand(&app, "Test").await;
        member(&app, &brand, "ada@example.com", Role::Owner).await;
        let browser = Browser::speaking(&app, "zh-CN,zh;q=0.9,en;q=0.8");
        let page = browser.get("/console/login").await;
        page.says(&["<html lang=\"zh-CN\">", "邮箱", "密码", "English</button>"]);
        let choice = [("language", "en"), ("back", "/console/login?next=/console/team")];
        let chosen = browser.post("/console/language", &choice).await;
        assert_eq!(chosen.location, "/console/login?next=/console/team");
        browser.get("/console/login").await.says(&["<html lang=\"en\">", "简体中文"]);
        let missing = browser.get("/console/nowhere").await;
        assert_eq!(missing.status, 404);
        missing.says(&["Nothing here"]);
    });
}
