//! The part of a text in which a question is found.
use crate::words::{self, Asked};

/// Characters before the first hit.
const BEFORE: usize = 24;
/// Characters in all.
const LENGTH: usize = 120;

/// A part of a snippet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it says.
    pub text: String,
    /// Whether it is what was asked for.
    pub is_hit: bool,
}

/// The part of a text around the first place where what is asked for stands, cut at hits.
pub fn snippet(asked: &Asked, text: &str) -> Vec<Piece> {
    let letters: Vec<char> = text.chars().collect();
    let marked = marked(asked, &letters);
    let first = marked.iter().position(|hit| *hit).unwrap_or_default();
    let start = first.saturating_sub(BEFORE);
    let end = letters.len().min(start + LENGTH);
    let mut pieces: Vec<Piece> = Vec::new();
    if start > 0 {
        pieces.push(Piece { text: "…".into(), is_hit: false });
    }
    for (letter, is_hit) in letters[start..end].iter().zip(&marked[start..end]) {
        let letter = if letter.is_whitespace() { ' ' } else { *letter };
        match pieces.last_mut().filter(|piece| piece.is_hit == *is_hit) {
            Some(piece) => piece.text.push(letter),
            None => pieces.push(Piece { text: letter.into(), is_hit: *is_hit }),
        }
    }
    if end < letters.len() {
        pieces.push(Piece { text: "…".into(), is_hit: false });
    }
    pieces
}

/// Which characters are part of what is asked for. Each is folded by itself, so that places in the
/// folded text are places in the text.
fn marked(asked: &Asked, letters: &[char]) -> Vec<bool> {
    let mut folded: Vec<char> = Vec::new();
    let mut place: Vec<usize> = Vec::new();
    for (at, letter) in letters.iter().enumerate() {
        for one in words::folded(letter.encode_utf8(&mut [0; 4])).chars() {
            folded.push(one);
            place.push(at);
        }
    }
    let mut marked = vec![false; letters.len()];
    for run in asked.runs() {
        let starts = folded.windows(run.len()).enumerate();
        for (start, _) in starts.filter(|(_, part)| *part == run) {
            for at in &place[start..start + run.len()] {
                marked[*at] = true;
            }
        }
    }
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(question: &str, text: &str) -> String {
        let pieces = snippet(&words::asked(question), text);
        let piece = |piece: &Piece| {
            if piece.is_hit { format!("[{}]", piece.text) } else { piece.text.clone() }
        };
        pieces.iter().map(piece).collect()
    }

    #[test]
    fn hits_are_marked_whatever_their_form() {
        assert_eq!(shown("抹茶", "京都の抹茶を二つ"), "京都の[抹茶]を二つ");
        assert_eq!(shown("まっちゃ", "マッチャください"), "[マッチャ]ください");
        assert_eq!(shown("ORDER 42", "order\n42"), "[order] [42]");
        assert_eq!(shown("nothing", ""), "");
    }

    #[test]
    fn long_texts_are_cut_around_the_hit() {
        let text = format!("{}茶{}", "あ".repeat(100), "い".repeat(200));
        let cut = shown("茶", &text);
        assert!(cut.starts_with("…あ") && cut.contains("[茶]") && cut.ends_with("い…"), "{cut}");
        assert!(cut.chars().count() < LENGTH + 8);
    }
}
