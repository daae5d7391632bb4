//! Inline styles of articles. What is harmless is kept with the text; pages show it through a sheet
//! of classes, so that their policy need not allow a single inline style.
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use super::lexer;

/// Properties that are kept. None places anything outside of its own paragraph or loads anything.
const PROPERTIES: &[&str] = &[
    "background-color",
    "border",
    "border-bottom",
    "border-bottom-color",
    "border-bottom-style",
    "border-bottom-width",
    "border-collapse",
    "border-color",
    "border-left",
    "border-left-color",
    "border-left-style",
    "border-left-width",
    "border-radius",
    "border-right",
    "border-right-color",
    "border-right-style",
    "border-right-width",
    "border-style",
    "border-top",
    "border-top-color",
    "border-top-style",
    "border-top-width",
    "border-width",
    "box-sizing",
    "color",
    "display",
    "font-size",
    "font-style",
    "font-weight",
    "height",
    "letter-spacing",
    "line-height",
    "list-style-type",
    "margin",
    "margin-bottom",
    "margin-left",
    "margin-right",
    "margin-top",
    "max-width",
    "padding",
    "padding-bottom",
    "padding-left",
    "padding-right",
    "padding-top",
    "text-align",
    "text-decoration",
    "text-indent",
    "vertical-align",
    "white-space",
    "width",
    "word-break",
];
/// Of these, the ones that a dark page leaves out: dark letters on its ground could not be read.
const COLOURS: &[&str] = &["background-color", "color"];
/// Functions a value may call.
const FUNCTIONS: &[&str] = &["rgb", "rgba", "hsl", "hsla"];
/// Bytes of one value.
const MAX_VALUE: usize = 80;
/// Declarations of one element.
const MAX_DECLARATIONS: usize = 40;

/// What of a `style` is kept: `name: value; ...`, empty when nothing is.
pub(super) fn declarations(style: &str) -> String {
    let kept = style.split(';').filter_map(declaration).take(MAX_DECLARATIONS);
    let kept: Vec<String> = kept.map(|(name, value)| format!("{name}: {value}")).collect();
    kept.join("; ")
}

fn declaration(said: &str) -> Option<(&'static str, String)> {
    let (name, value) = said.split_once(':')?;
    let name = PROPERTIES.iter().find(|known| known.eq_ignore_ascii_case(name.trim()))?;
    let value = value.replace("!important", "").trim().to_ascii_lowercase();
    is_plain(&value).then_some((*name, value))
}

/// Numbers, words, colours. Nothing that could end a declaration, name a file or reach backwards.
fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || " #%.,()-".contains(c);
    let backwards = value.split([' ', ',', '(']).any(|word| word.starts_with('-'));
    let calls = value.split('(').rev().skip(1).all(|before| {
        let name = before.rsplit([' ', ',', ')']).next().unwrap_or_default();
        FUNCTIONS.contains(&name)
    });
    let balanced = value.matches('(').count() == value.matches(')').count();
    !value.is_empty()
        && value.len() <= MAX_VALUE
        && value.chars().all(plain)
        && !backwards
        && calls
        && balanced
}

/// Cleaned HTML with classes in place of styles, and the sheet that gives them their meaning inside
/// elements of the class `scope`.
pub fn in_classes(html: &str, scope: &str) -> (String, String) {
    let seen = RefCell::new(HashMap::<String, usize>::new());
    let html = lexer::each_tag(html, |tag| {
        let Some((before, rest)) = tag.split_once(" style=\"") else { return Cow::Borrowed(tag) };
        let Some((style, after)) = rest.split_once('"') else { return Cow::Borrowed(tag) };
        let mut seen = seen.borrow_mut();
        let next = seen.len();
        let index = *seen.entry(style.to_owned()).or_insert(next);
        Cow::Owned(format!("{before} class=\"k{index}\"{after}"))
    });
    let mut rules: Vec<(String, usize)> = seen.into_inner().into_iter().collect();
    rules.sort_unstable_by_key(|(_, index)| *index);
    (html, sheet(&rules, scope))
}

fn sheet(styles: &[(String, usize)], scope: &str) -> String {
    let (mut always, mut light) = (String::new(), String::new());
    for (style, index) in styles {
        // Once more through the list: what stands in a sheet is never taken on trust.
        let kept: Vec<_> = style.split(';').filter_map(declaration).collect();
        let (coloured, plain): (Vec<_>, Vec<_>) =
            kept.into_iter().partition(|(name, _)| COLOURS.contains(name));
        for (declared, sheet) in [(plain, &mut always), (coloured, &mut light)] {
            let body: Vec<String> =
                declared.iter().map(|(name, value)| format!("{name}:{value}")).collect();
            if !body.is_empty() {
                let (index, body) = (index.to_string(), body.join(";"));
                sheet.extend([".", scope, " .k", &index, "{", &body, ";}\n"]);
            }
        }
    }
    format!("{always}@media (prefers-color-scheme: light){{\n{light}}}\n")
}
