//! Every language says everything.
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crier_core::facts::Fact;
use crier_core::mails::Language;
use crier_core::members::Role;
use crier_core::{deliveries, endpoints, recoveries, rights};
use crier_testing::{both_engines, member_brand};

use crate::browsers::{Browser, member};

const VERDICTS: &str = include_str!("../../../dispatch/src/verdicts.rs");
const FILTERS: &str = include_str!("../../src/deliveries/search.rs");

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text_of(language: Language) -> String {
    let folder = root().join("web/messages").join(language.as_str());
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| std::fs::read_to_string(path).unwrap()).collect::<Vec<_>>().join("\n")
}

fn keys(language: Language) -> BTreeSet<String> {
    let text = text_of(language);
    let starts = text.lines().filter(|line| !line.starts_with([' ', '#', '}']));
    starts.filter_map(|line| Some(line.split_once(" =")?.0.to_owned())).collect()
}

/// Every file beneath, whatever its depth.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_language_has_the_same_keys() {
    let english = keys(Language::English);
    for language in Language::ALL {
        let own = keys(*language);
        let missing: Vec<_> = english.symmetric_difference(&own).collect();
        assert!(missing.is_empty(), "{language} differs in {missing:?}");
    }
}

#[test]
fn no_key_is_said_twice() {
    let text = text_of(Language::English);
    let starts = text.lines().filter(|line| !line.starts_with([' ', '#', '}']));
    let all: Vec<&str> = starts.filter_map(|line| Some(line.split_once(" =")?.0)).collect();
    let twice: Vec<&&str> =
        all.iter().filter(|key| all.iter().filter(|other| other == key).count() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn every_message_that_is_used_is_there() {
    let known = keys(Language::English);
    for folder in ["crates/console/src", "web/templates/console"] {
        for path in files(&root().join(folder)) {
            let text = std::fs::read_to_string(&path).unwrap();
            for call in ["say(\"", "count(\"", ".with(\"", "bare(\"", "page(\"", "link("] {
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
    let known = keys(Language::English);
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
        assert!(known.contains(&key), "{key}");
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
        let japanese = Browser::speaking(&app, "ja,en;q=0.5");
        japanese.get("/console/login").await.says(&["<html lang=\"ja\">", "パスワード", "English"]);
    });
}
