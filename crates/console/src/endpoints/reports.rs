//! What came of a URL check, in words.
use crier_core::checks::CheckReport;

use crate::words::Speech;

/// What came of a check.
pub struct Report {
    pub passed: bool,
    pub sentence: String,
    /// What it means for what is stored.
    pub outcome: String,
    pub status: String,
    pub took: String,
    pub request: String,
    pub answer: String,
}

impl Report {
    /// A check that failed; `outcome` is a message.
    pub fn failed(speech: &Speech, report: CheckReport, outcome: &str) -> Self {
        Self {
            passed: false,
            sentence: verdict(speech, &report.verdict),
            outcome: speech.say(outcome),
            status: status(speech, report.status),
            took: took(speech, report.took_ms),
            request: report.request_url,
            answer: report.answer,
        }
    }

    /// A check that passed, and whose endpoint is stored.
    pub fn passed(speech: &Speech, code: Option<u16>, took_ms: i32, answer: String) -> Self {
        Self {
            passed: true,
            sentence: speech.say("check-passed"),
            outcome: String::new(),
            status: status(speech, code),
            took: took(speech, took_ms),
            request: String::new(),
            answer,
        }
    }
}

fn status(speech: &Speech, code: Option<u16>) -> String {
    code.map_or_else(|| speech.say("no-answer"), |code| code.to_string())
}

/// A duration in words.
pub fn took(speech: &Speech, took_ms: i32) -> String {
    speech.count("took-ms", took_ms.into())
}

/// A verdict's sentence; its word where a newer version of the dispatcher has one more.
pub fn verdict(speech: &Speech, word: &str) -> String {
    speech.find(&format!("verdict-{word}"), None).unwrap_or_else(|| word.to_owned())
}
