//! Words: what a text is found by, in one form for whoever stores and whoever asks.
//!
//! Written with spaces, a word is found by how it begins: its beginnings of 1 to [`LONGEST`]
//! characters. Chinese, Japanese and Korean have no spaces, so every character and every pair of
//! neighbours is a word, and any part of a text is found. Width, capitals and the two Japanese
//! syllabaries make no difference. Both engines then need nothing but an index of (whose, word,
//! what), and order and page what is found by it.
use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

/// Characters of a word that are told apart; what comes after is compared with the text itself.
pub const LONGEST: usize = 8;

/// The words that a text is stored under. Most of them are short: whoever indexes long texts may
/// leave out those of one character, and then finds nothing by one character.
pub fn of(text: &str) -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    for run in runs(&folded(text)) {
        if run.dense {
            words.extend(run.chars.iter().map(char::to_string));
            words.extend(run.pairs());
        } else {
            let longest = run.chars.len().min(LONGEST);
            words.extend((1..=longest).map(|end| run.chars[..end].iter().collect::<String>()));
        }
    }
    words
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Words that all stand in the index of what is found, the longest (and likely rarest) first.
    pub words: Vec<String>,
    runs: Vec<Run>,
}

/// What a question looks for; no words if it has none.
pub fn asked(text: &str) -> Asked {
    let runs = runs(&folded(text));
    let mut words = BTreeSet::new();
    for run in &runs {
        if run.dense && run.chars.len() > 1 {
            words.extend(run.pairs());
        } else {
            words.insert(run.chars.iter().take(LONGEST).collect::<String>());
        }
    }
    let mut words: Vec<String> = words.into_iter().collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    Asked { words, runs }
}

impl Asked {
    /// What stands in one piece in it, folded.
    pub fn runs(&self) -> impl Iterator<Item = &[char]> {
        self.runs.iter().map(|run| run.chars.as_slice())
    }

    /// Whether a text has it all. The index alone does not know: it has no order, and only the
    /// beginnings of long words.
    pub fn is_in(&self, text: &str) -> bool {
        let stand = runs(&folded(text));
        let found = |wanted: &Run| {
            stand.iter().filter(|run| run.dense == wanted.dense).any(|run| {
                if wanted.dense {
                    run.chars.windows(wanted.chars.len()).any(|part| part == wanted.chars)
                } else {
                    run.chars.starts_with(&wanted.chars)
                }
            })
        };
        self.runs.iter().all(found)
    }
}

/// The one form of a text: full width as half, capitals as small letters, katakana as hiragana.
pub fn folded(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).map(hiragana).collect()
}

const fn hiragana(letter: char) -> char {
    match letter {
        '\u{30A1}'..='\u{30F6}' => match char::from_u32(letter as u32 - 0x60) {
            Some(same) => same,
            None => letter,
        },
        other => other,
    }
}

/// Characters of one kind in a row.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    /// Whether they are of a script without spaces.
    dense: bool,
    chars: Vec<char>,
}

impl Run {
    fn pairs(&self) -> impl Iterator<Item = String> {
        self.chars.windows(2).map(|pair| pair.iter().collect())
    }
}

fn runs(folded: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut goes_on = false;
    for letter in folded.chars() {
        let dense = is_dense(letter);
        if !dense && !letter.is_alphanumeric() {
            goes_on = false;
            continue;
        }
        match runs.last_mut().filter(|run| goes_on && run.dense == dense) {
            Some(run) => run.chars.push(letter),
            None => runs.push(Run { dense, chars: vec![letter] }),
        }
        goes_on = true;
    }
    runs
}

const fn is_dense(letter: char) -> bool {
    matches!(letter,
        '\u{3005}'..='\u{3007}' // repetition marks
        | '\u{3041}'..='\u{3096}' | '\u{309D}'..='\u{309F}' // hiragana
        | '\u{30A1}'..='\u{30FA}' | '\u{30FC}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' // katakana
        | '\u{1100}'..='\u{11FF}' | '\u{AC00}'..='\u{D7A3}' // hangul
        | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}'
        | '\u{20000}'..='\u{323AF}') // han
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whether what is asked is found: by the index, and then in the text.
    fn finds(asked_for: &str, text: &str) -> bool {
        let (stored, asked) = (of(text), asked(asked_for));
        !asked.words.is_empty()
            && asked.words.iter().all(|word| stored.contains(word))
            && asked.is_in(text)
    }

    #[test]
    fn any_part_of_chinese_and_japanese_is_found() {
        for (asked, text) in [
            ("茶", "灯笼茶馆"),
            ("笼茶", "灯笼茶馆"),
            ("茶馆", "灯笼茶馆"),
            ("たなか", "タナカ 太郎"),
            ("ﾀﾅｶ", "たなかさん"),
            ("スズキ", "ｽｽﾞｷ"),
            ("太郎", "田中太郎"),
            ("길동", "홍길동"),
        ] {
            assert!(finds(asked, text), "{asked} in {text}");
        }
        for (asked, text) in
            [("馆茶", "灯笼茶馆"), ("", "灯笼"), ("。", "灯笼。"), ("茶灯", "灯茶")]
        {
            assert!(!finds(asked, text), "{asked} in {text}");
        }
    }

    #[test]
    fn words_are_found_by_their_beginnings() {
        for (asked, text) in [
            ("eli", "Elizabeth Bennet"),
            ("BEN eliz", "Elizabeth Bennet"),
            ("elizabeth", "Elizabeth"),
            ("Ｅｌｉ", "elizabeth"),
            ("tokyo東", "東京 Tokyo"),
            ("é", "Élodie"),
            ("42", "table 42"),
        ] {
            assert!(finds(asked, text), "{asked} in {text}");
        }
        for (asked, text) in [("beth", "Elizabeth"), ("elizabetx", "Elizabeth"), ("x", "")] {
            assert!(!finds(asked, text), "{asked} in {text}");
        }
    }

    #[test]
    fn the_longest_word_is_asked_first() {
        assert_eq!(asked("a 田中太郎 elizabeth").words[0], "elizabet");
        assert!(asked(" ・、 ").words.is_empty());
    }
}
