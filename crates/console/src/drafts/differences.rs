//! Two versions side by side, as marked text.
use crier_core::drafts::{Compared, Run, WordChange};

use crate::words::Speech;

/// What changed in one article.
pub struct Difference {
    /// Which article.
    pub title: String,
    pub parts: Vec<Part>,
    /// What changed beside the words.
    pub notes: Vec<String>,
}

/// One part of an article: its heading, its text.
pub struct Part {
    pub label: String,
    pub lines: Vec<Vec<Mark>>,
}

/// Words with one fate.
pub struct Mark {
    /// `ins`, `del`, or nothing.
    pub tag: &'static str,
    pub text: String,
}

/// Lines around a change that are shown.
const AROUND: usize = 1;

/// What changed, article by article; those that did not are left out.
pub fn of(speech: &Speech, compared: &[Compared]) -> Vec<Difference> {
    let changed = compared.iter().filter(|article| !article.is_same());
    changed.map(|article| difference(speech, article)).collect()
}

fn difference(speech: &Speech, article: &Compared) -> Difference {
    let parts = [
        ("draft-title", &article.title),
        ("draft-author", &article.author),
        ("draft-digest", &article.digest),
        ("draft-source_url", &article.source_url),
        ("draft-content", &article.content),
    ];
    let is_changed = |runs: &[Run]| runs.iter().any(|run| run.change != WordChange::Kept);
    let shown = parts.into_iter().filter(|(_, runs)| is_changed(runs));
    let notes = [(article.cover, "draft-differs-cover"), (article.other, "draft-differs-other")];
    Difference {
        title: speech.count("draft-article", i64::try_from(article.place).unwrap_or_default()),
        parts: shown
            .map(|(label, runs)| Part { label: speech.say(label), lines: near(lines(runs)) })
            .collect(),
        notes: notes.iter().filter(|(is, _)| *is).map(|(_, key)| speech.say(key)).collect(),
    }
}

/// The runs, line by line.
fn lines(runs: &[Run]) -> Vec<Vec<Mark>> {
    let mut lines: Vec<Vec<Mark>> = vec![Vec::new()];
    for run in runs {
        let tag = match run.change {
            WordChange::Kept => "",
            WordChange::Inserted => "ins",
            WordChange::Deleted => "del",
        };
        for (at, text) in run.text.split('\n').enumerate() {
            if at > 0 {
                lines.push(Vec::new());
            }
            if let Some(line) = lines.last_mut().filter(|_| !text.is_empty()) {
                line.push(Mark { tag, text: text.to_owned() });
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Lines with a change and those beside them; `…` stands for others.
fn near(lines: Vec<Vec<Mark>>) -> Vec<Vec<Mark>> {
    let touched: Vec<bool> =
        lines.iter().map(|line| line.iter().any(|mark| !mark.tag.is_empty())).collect();
    let is_near = |at: usize| {
        let from = at.saturating_sub(AROUND);
        touched.iter().skip(from).take(at - from + AROUND + 1).any(|touched| *touched)
    };
    let mut shown: Vec<Vec<Mark>> = Vec::new();
    let mut skipped = false;
    for (at, line) in lines.into_iter().enumerate() {
        if is_near(at) {
            shown.push(line);
            skipped = false;
        } else if !skipped {
            shown.push(vec![Mark { tag: "", text: "…".to_owned() }]);
            skipped = true;
        }
    }
    shown
}
