//! What of an article's HTML is kept. Two passes: ours reads the text once, in time that grows
//! with its length, and writes down no more than the elements and attributes of an allow list;
//! `ammonia` then parses that as a browser would and has the last word on what is safe.
//!
//! The first pass is there because parsing HTML by the rules takes time and memory that grow with
//! the square of what hostile text has in it: attributes of one tag, unclosed `<b>`s.
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use url::Url;

use super::lexer::{self, Token};
use super::styles;
use crate::error::{Error, Result};

/// Tags of one article.
const MAX_TAGS: usize = 20_000;
/// Bytes of a link.
const MAX_LINK: usize = 2_048;

/// Elements that are kept; of others, what is in them is.
pub(super) const ELEMENTS: &[&str] = &[
    "p",
    "br",
    "hr",
    "section",
    "div",
    "span",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "img",
    "sup",
    "sub",
    "mark",
    "del",
    "ins",
    "q",
    "cite",
    "ruby",
    "rt",
    "rp",
    "a",
    "b",
    "code",
    "em",
    "i",
    "s",
    "small",
    "strong",
    "u",
];
/// Elements that begin a line of their own.
const BLOCKS: &[&str] = &[
    "p",
    "br",
    "hr",
    "section",
    "div",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "dt",
    "dd",
    "table",
    "caption",
    "tr",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
];
/// Of these, the ones that a parser opens again after whatever closed them by mistake. They go by
/// another name through it, so that thousands of unclosed ones stay that many.
const REOPENED: &[&str] = &["a", "b", "code", "em", "i", "s", "small", "strong", "u"];
/// Attributes that are kept, and on which elements; on all, where none is named.
const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("style", &[]),
    ("title", &[]),
    ("lang", &[]),
    ("dir", &[]),
    ("href", &["a"]),
    ("src", &["img"]),
    ("alt", &["img"]),
    ("width", &["img", "td", "th"]),
    ("height", &["img", "td", "th"]),
    ("colspan", &["td", "th"]),
    ("rowspan", &["td", "th"]),
    ("start", &["ol"]),
];

/// The HTML with nothing in it that could act: no script, frame, form, handler or foreign style.
/// Links lead to web addresses; pictures are our own (kept as `/media/KEY`) or `https`.
///
/// # Errors
/// [`Error::Invalid`] for `body` when it has more than 20,000 tags.
pub fn clean(html: &str, public_url: &str) -> Result<String> {
    let tidy = tidy(html)?;
    let named: Vec<String> = REOPENED.iter().map(|name| alias(name).into_owned()).collect();
    let kept = ELEMENTS.iter().filter(|name| !REOPENED.contains(name)).copied();
    let elements: HashSet<&str> = kept.chain(named.iter().map(String::as_str)).collect();
    let everywhere: HashSet<&str> =
        ATTRIBUTES.iter().filter(|(_, on)| on.is_empty()).map(|(name, _)| *name).collect();
    let mut some: HashMap<&str, HashSet<&str>> = HashMap::new();
    for (name, on) in ATTRIBUTES {
        for element in *on {
            let element = if *element == "a" { "x-a" } else { element };
            some.entry(element).or_default().insert(name);
        }
    }
    some.entry("img").or_default().extend(["loading", "referrerpolicy"]);
    some.entry("x-a").or_default().insert("rel");
    let public_url = public_url.to_owned();
    let mut rules = ammonia::Builder::empty();
    rules
        .tags(elements)
        .generic_attributes(everywhere)
        .tag_attributes(some)
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(ammonia::UrlRelative::PassThrough)
        .link_rel(None)
        .attribute_filter(move |_, name, value| attribute(name, value, &public_url));
    Ok(named_again(rules.clean(&tidy).to_string()))
}

/// The words of cleaned HTML, with single spaces between.
pub fn words(html: &str) -> String {
    let mut words = String::new();
    for token in lexer::tokens(html) {
        match token {
            Token::Text(text) => words.push_str(text),
            Token::Open { .. } | Token::Close(_) => words.push(' '),
        }
    }
    plain(&words).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The words of cleaned HTML as lines: a line for each paragraph, item and row; pictures as `[alt]`.
pub fn lines(html: &str) -> String {
    let mut lines: Vec<String> = vec![String::new()];
    for token in lexer::tokens(html) {
        let line = match token {
            Token::Text(text) => plain(text).replace(['\n', '\r'], " "),
            Token::Open { name: "img", attributes } => {
                let alt = attributes.into_iter().find(|(name, _)| name == "alt");
                format!("[{}]", alt.map(|(_, alt)| plain(&alt)).unwrap_or_default())
            }
            Token::Open { name: "td" | "th", .. } => " ".to_owned(),
            Token::Open { name, .. } | Token::Close(name) if BLOCKS.contains(&name) => {
                lines.push(String::new());
                continue;
            }
            Token::Open { .. } | Token::Close(_) => continue,
        };
        if let Some(last) = lines.last_mut() {
            last.push_str(&line);
        }
    }
    let lines = lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
    lines.flat_map(|line| [line, "\n"]).collect()
}

/// Text without entities.
fn plain(text: &str) -> String {
    text.replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// Keys of our own files that cleaned HTML shows.
pub fn own_pictures(html: &str) -> Vec<String> {
    let sources = lexer::tokens(html).filter_map(|token| match token {
        Token::Open { name: "img", attributes } => {
            let found = attributes.into_iter().find(|(name, _)| name == "src");
            found.and_then(|(_, src)| src.strip_prefix("/media/").map(str::to_owned))
        }
        _ => None,
    });
    sources.collect()
}

/// How many pictures of cleaned HTML say nothing to those who do not see them.
pub fn pictures_without_words(html: &str) -> usize {
    let silent = |token: &Token<'_>| match token {
        Token::Open { name: "img", attributes } => {
            !attributes.iter().any(|(name, value)| name == "alt" && !value.trim().is_empty())
        }
        _ => false,
    };
    lexer::tokens(html).filter(silent).count()
}

/// Where the links of cleaned HTML lead, on the web.
pub fn links(html: &str) -> Vec<String> {
    let targets = lexer::tokens(html).filter_map(|token| match token {
        Token::Open { name: "a", attributes } => {
            let found = attributes.into_iter().find(|(name, _)| name == "href");
            found.map(|(_, href)| href.replace("&amp;", "&"))
        }
        _ => None,
    });
    targets.filter(|href| href.starts_with("http")).collect()
}

/// Cleaned HTML with whole addresses, as operators put them in.
pub fn with_whole_addresses(html: &str, public_url: &str) -> String {
    lexer::each_tag(html, |tag| {
        let whole = format!(" src=\"{public_url}/media/");
        Cow::Owned(tag.replace(" src=\"/media/", &whole))
    })
}

/// What a parser can take in one go: known elements, a few quoted attributes, and text.
fn tidy(html: &str) -> Result<String> {
    let mut tidy = String::with_capacity(html.len());
    let mut tags = 0;
    for token in lexer::tokens(html) {
        match token {
            Token::Text(text) => tidy.push_str(&text.replace('<', "&lt;")),
            Token::Open { name, attributes } if ELEMENTS.contains(&name) => {
                tags += 1;
                tidy.push('<');
                tidy.push_str(&alias(name));
                for (name, value) in wanted(attributes) {
                    let value = value.replace('"', "&quot;");
                    tidy.extend([" ", &name, "=\"", &value, "\""]);
                }
                tidy.push_str(added(name));
                tidy.push('>');
            }
            Token::Close(name) if ELEMENTS.contains(&name) => {
                tags += 1;
                tidy.extend(["</", &*alias(name), ">"]);
            }
            Token::Open { .. } | Token::Close(_) => {}
        }
        if tags > MAX_TAGS {
            return Err(Error::invalid("body", "must have at most 20000 tags"));
        }
    }
    Ok(tidy)
}

/// What is said of every picture and link; whoever wrote the text cannot say otherwise.
fn added(name: &str) -> &'static str {
    match name {
        "img" => " loading=\"lazy\" referrerpolicy=\"no-referrer\"",
        "a" => " rel=\"noopener noreferrer nofollow\"",
        _ => "",
    }
}

/// Pages saved from elsewhere have their pictures in `data-src`.
fn wanted(attributes: Vec<(String, String)>) -> Vec<(String, String)> {
    let has_source = attributes.iter().any(|(name, _)| name == "src");
    let mut wanted: Vec<(String, String)> = Vec::new();
    for (name, value) in attributes {
        let name = if name == "data-src" && !has_source { "src".to_owned() } else { name };
        let known = ATTRIBUTES.iter().any(|(known, _)| *known == name);
        if known && wanted.iter().all(|(there, _)| *there != name) {
            wanted.push((name, value));
        }
    }
    wanted
}

fn alias(name: &str) -> Cow<'_, str> {
    if REOPENED.contains(&name) { Cow::Owned(format!("x-{name}")) } else { Cow::Borrowed(name) }
}

fn named_again(html: String) -> String {
    lexer::each_tag(&html, |tag| {
        let own = tag.strip_prefix("<x-").map(|rest| format!("<{rest}"));
        let own = own.or_else(|| tag.strip_prefix("</x-").map(|rest| format!("</{rest}")));
        own.map_or(Cow::Borrowed(tag), Cow::Owned)
    })
}

fn attribute<'v>(name: &str, value: &'v str, public_url: &str) -> Option<Cow<'v, str>> {
    match name {
        "style" => {
            Some(styles::declarations(value)).filter(|kept| !kept.is_empty()).map(Cow::Owned)
        }
        "href" => web(value, &["http", "https"]).then_some(Cow::Borrowed(value)),
        "src" => picture(value, public_url),
        "width" | "height" | "colspan" | "rowspan" | "start" => {
            let number = value.len() <= 4 && value.bytes().all(|byte| byte.is_ascii_digit());
            number.then_some(Cow::Borrowed(value))
        }
        "dir" => matches!(value, "ltr" | "rtl" | "auto").then_some(Cow::Borrowed(value)),
        _ => (value.len() <= 512).then_some(Cow::Borrowed(value)),
    }
}

fn picture<'v>(value: &'v str, public_url: &str) -> Option<Cow<'v, str>> {
    let own = value.strip_prefix(public_url).unwrap_or(value);
    if let Some(key) = own.strip_prefix("/media/") {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
        return (key.len() == 64 && key.bytes().all(plain)).then_some(Cow::Borrowed(own));
    }
    web(value, &["https"]).then_some(Cow::Borrowed(value))
}

fn web(address: &str, schemes: &[&str]) -> bool {
    address.len() <= MAX_LINK
        && Url::parse(address)
            .is_ok_and(|url| schemes.contains(&url.scheme()) && url.host_str().is_some())
}
