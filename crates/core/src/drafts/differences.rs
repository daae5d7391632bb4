//! What changed between two versions, word by word. In Chinese and Japanese every character is a
//! word.
use std::time::Duration;

use similar::{ChangeTag, TextDiff};

use super::Piece;
use crate::articles::html;

/// So long a comparison may take; what is left then counts as changed as a whole.
const PATIENCE: Duration = Duration::from_millis(300);

/// What became of some words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// They stayed.
    Kept,
    /// They are new.
    Inserted,
    /// They are gone.
    Deleted,
}

/// Words with one fate, as they stand in the text. Lines end in `\n`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What became of them.
    pub change: Change,
    /// The words.
    pub text: String,
}

/// One article before and after. What is the same has one run that stayed, or none where empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Which: 1, 2, ...
    pub place: usize,
    /// Its heading.
    pub title: Vec<Run>,
    /// Its author.
    pub author: Vec<Run>,
    /// Its digest.
    pub digest: Vec<Run>,
    /// The original's address.
    pub source_url: Vec<Run>,
    /// Its text, with pictures as words.
    pub content: Vec<Run>,
    /// Whether its cover is another.
    pub cover: bool,
    /// Whether something else is different: comments, the cover above the text, styles.
    pub other: bool,
}

impl Compared {
    /// Whether nothing is different.
    pub fn is_same(&self) -> bool {
        let parts = [&self.title, &self.author, &self.digest, &self.source_url, &self.content];
        let kept = |run: &Run| run.change == Change::Kept;
        !self.cover && !self.other && parts.iter().all(|part| part.iter().all(kept))
    }
}

/// Compares articles place by place.
pub fn compare(old: &[Piece], new: &[Piece]) -> Vec<Compared> {
    let blank = Piece { comments_open: false, ..Piece::blank() };
    let places = 0..old.len().max(new.len());
    let pair = |at: usize| (old.get(at).unwrap_or(&blank), new.get(at).unwrap_or(&blank));
    places.map(|at| compared(at + 1, pair(at))).collect()
}

fn compared(place: usize, (old, new): (&Piece, &Piece)) -> Compared {
    let content = runs(&html::lines(&old.content), &html::lines(&new.content));
    let same_words = content.iter().all(|run| run.change == Change::Kept);
    let settings = |piece: &Piece| (piece.show_cover, piece.comments_open, piece.only_fans);
    Compared {
        place,
        title: runs(&old.title, &new.title),
        author: runs(&old.author, &new.author),
        digest: runs(&old.digest, &new.digest),
        source_url: runs(&old.source_url, &new.source_url),
        cover: old.cover != new.cover || old.pictures != new.pictures,
        other: settings(old) != settings(new) || (same_words && old.content != new.content),
        content,
    }
}

fn runs(old: &str, new: &str) -> Vec<Run> {
    let mut config = TextDiff::configure();
    let diff = config.timeout(PATIENCE).diff_unicode_words(old, new);
    let mut runs: Vec<Run> = Vec::new();
    for change in diff.iter_all_changes() {
        let fate = match change.tag() {
            ChangeTag::Equal => Change::Kept,
            ChangeTag::Insert => Change::Inserted,
            ChangeTag::Delete => Change::Deleted,
        };
        match runs.last_mut() {
            Some(last) if last.change == fate => last.text.push_str(change.value()),
            _ => runs.push(Run { change: fate, text: change.value().to_owned() }),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(old: &str, new: &str) -> String {
        let run = |run: Run| match run.change {
            Change::Kept => run.text,
            Change::Inserted => format!("[+{}]", run.text),
            Change::Deleted => format!("[-{}]", run.text),
        };
        runs(old, new).into_iter().map(run).collect()
    }

    #[test]
    fn words_are_compared_in_every_script() {
        assert_eq!(told("the old pier", "the new pier"), "the [-old][+new] pier");
        assert_eq!(told("周六十点开门", "周日十点开门"), "周[-六][+日]十点开门");
        assert_eq!(told("", "a"), "[+a]");
        assert_eq!(told("a", "a"), "a");
    }

    #[test]
    fn articles_are_compared_in_their_places() {
        let one = Piece { content: "<p>a</p><p>b</p>".into(), ..Piece::blank() };
        let two = Piece { content: "<p>a</p><p><b>b</b></p>".into(), ..Piece::blank() };
        let alone = std::slice::from_ref(&one);
        assert!(compare(alone, alone)[0].is_same());
        let styled = &compare(alone, &[two])[0];
        assert!(styled.other && !styled.is_same());
        let more = compare(alone, &[one.clone(), one.clone()]);
        assert!(more[0].is_same() && more[1].content[0].change == Change::Inserted);
    }
}
