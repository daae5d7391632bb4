//! The smallest reading of HTML: tags with their attributes, and the text between. One pass, no
//! tree.
use std::borrow::Cow;

/// Attributes that are looked at of one tag.
const MAX_ATTRIBUTES: usize = 16;
/// Elements whose content is no text for readers; it goes with them.
const SILENT: &[&str] = &[
    "script",
    "style",
    "title",
    "textarea",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
    "template",
    "svg",
    "math",
    "object",
    "select",
];

/// A piece of HTML.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'h> {
    /// What stands between tags, with its entities.
    Text(&'h str),
    /// An opening tag.
    Open {
        /// Its name, in small letters if it is one that is known.
        name: &'h str,
        /// Its first attributes, as they stand in it; names in small letters.
        attributes: Vec<(String, String)>,
    },
    /// A closing tag.
    Close(&'h str),
}

/// The pieces of `html`, without comments and what no reader sees.
pub(super) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { rest: html }
}

/// See [`tokens`].
pub(super) struct Tokens<'h> {
    rest: &'h str,
}

impl<'h> Iterator for Tokens<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if !self.rest.starts_with('<') {
                return Some(self.text());
            }
            let after = &self.rest[1..];
            let first = after.bytes().next();
            if let Some(comment) = after.strip_prefix("!--") {
                self.rest = past(comment, "-->");
            } else if matches!(first, Some(b'!' | b'?')) {
                self.rest = past(after, ">");
            } else if first == Some(b'/') && starts_with_letter(&after[1..]) {
                let (name, rest) = name(&after[1..]);
                self.rest = past(rest, ">");
                return Some(Token::Close(known(name)));
            } else if starts_with_letter(after) {
                if let Some(open) = self.open(after) {
                    return Some(open);
                }
            } else {
                return Some(self.text());
            }
        }
    }
}

impl<'h> Tokens<'h> {
    /// Up to the next `<`; one that begins no tag is text itself.
    fn text(&mut self) -> Token<'h> {
        let from = usize::from(self.rest.starts_with('<'));
        let end = self.rest[from..].find('<').map_or(self.rest.len(), |at| at + from);
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        Token::Text(text)
    }

    fn open(&mut self, after: &'h str) -> Option<Token<'h>> {
        let (name, mut rest) = name(after);
        let mut attributes = Vec::new();
        loop {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            if let Some(end) = rest.strip_prefix('>') {
                self.rest = end;
                break;
            }
            if rest.is_empty() {
                self.rest = rest;
                return None;
            }
            let (key, value, end) = attribute(rest);
            if attributes.len() < MAX_ATTRIBUTES {
                attributes.push((key.to_ascii_lowercase(), value.to_owned()));
            }
            rest = end;
        }
        let name = known(name);
        if SILENT.contains(&name) {
            self.rest = past_closing(self.rest, name);
            return None;
        }
        Some(Token::Open { name, attributes })
    }
}

fn starts_with_letter(text: &str) -> bool {
    text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic())
}

fn name(text: &str) -> (&str, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || c == '/' || c == '>';
    text.split_at(text.find(ends).unwrap_or(text.len()))
}

/// The name, value and what follows. At least one character is taken.
fn attribute(text: &str) -> (&str, &str, &str) {
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '=');
    let first = text.chars().next().map_or(0, char::len_utf8);
    let end = text[first..].find(ends).map_or(text.len(), |at| at + first);
    let (key, rest) = text.split_at(end);
    let Some(value) = rest.trim_start().strip_prefix('=') else { return (key, "", rest) };
    let value = value.trim_start();
    for quote in ['"', '\''] {
        if let Some(quoted) = value.strip_prefix(quote) {
            let (value, rest) = quoted.split_once(quote).unwrap_or((quoted, ""));
            return (key, value, rest);
        }
    }
    let ends = |c: char| c.is_ascii_whitespace() || c == '>';
    let (value, rest) = value.split_at(value.find(ends).unwrap_or(value.len()));
    (key, value, rest)
}

fn past<'h>(text: &'h str, end: &str) -> &'h str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

fn past_closing<'h>(text: &'h str, name: &str) -> &'h str {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once("</") {
        let same = after.get(..name.len()).is_some_and(|said| said.eq_ignore_ascii_case(name));
        if same {
            return past(after, ">");
        }
        rest = after;
    }
    ""
}

/// The name in small letters, where it is one that means something here.
fn known(name: &str) -> &str {
    const LONGEST: usize = 10;
    if name.len() > LONGEST {
        return name;
    }
    let all = SILENT.iter().chain(super::html::ELEMENTS);
    all.copied().find(|known| known.eq_ignore_ascii_case(name)).unwrap_or(name)
}

/// Cleaned HTML with each tag passed through `change`. In cleaned HTML every `<` begins a tag, and
/// attributes stand in double quotes that occur nowhere else inside a tag.
pub(super) fn each_tag<'h>(html: &'h str, change: impl Fn(&'h str) -> Cow<'h, str>) -> String {
    let mut changed = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        changed.push_str(text);
        let mut quoted = false;
        let end = tag.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == b'>' && !quoted
        });
        let (tag, after) = tag.split_at(end.map_or(tag.len(), |end| end + 1));
        changed.push_str(&change(tag));
        rest = after;
    }
    changed.push_str(rest);
    changed
}
