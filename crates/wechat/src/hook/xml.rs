//! The little XML the protocol needs: built as text, read without entities, definitions or depth.
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

/// Elements inside each other.
pub(super) const DEPTH: usize = 8;
/// Elements in one document.
pub(super) const ELEMENTS: usize = 256;

/// Builds a document.
#[derive(Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// An element with words in it, which may be anything.
    pub(crate) fn text(&mut self, name: &str, text: &str) -> &mut Self {
        self.open(name).words(text).close(name)
    }

    /// Words, which may be anything.
    pub(super) fn words(&mut self, text: &str) -> &mut Self {
        self.0.push_str("<![CDATA[");
        // A section's end inside the words is split over two sections; characters that no XML
        // may hold are left out.
        let clean: String = text.chars().filter(|c| is_xml(*c)).collect();
        self.0.push_str(&clean.replace("]]>", "]]]]><![CDATA[>"));
        self.0.push_str("]]>");
        self
    }

    /// An element with a number in it.
    pub(crate) fn number(&mut self, name: &str, number: impl std::fmt::Display) -> &mut Self {
        self.open(name);
        self.0.push_str(&number.to_string());
        self.close(name)
    }

    /// The start of an element.
    pub(crate) fn open(&mut self, name: &str) -> &mut Self {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// The end of an element.
    pub(crate) fn close(&mut self, name: &str) -> &mut Self {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// What has been built, inside `<xml>`.
    pub(crate) fn document(&self) -> String {
        format!("<xml>{}</xml>", self.0)
    }
}

pub(super) const fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// An element that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name.
    pub(crate) name: String,
    /// The words directly in it.
    pub(crate) text: String,
    /// The elements directly in it.
    pub(crate) children: Vec<Self>,
}

impl Element {
    /// The first child of this name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The words of the first child of this name, without spaces around them; empty without one.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.trim())
    }
}

/// Reads a document.
///
/// # Errors
/// Half a sentence saying what is wrong.
pub(crate) fn read(text: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    let mut count = 0;
    loop {
        let event = reader.read_event().map_err(|error| format!("no XML: {error}"))?;
        let done = match event {
            Event::Start(start) => {
                count += 1;
                enter(&mut open, element(start.name().as_ref())?, root.is_some(), count)?;
                None
            }
            Event::Empty(start) => {
                count += 1;
                enter(&mut open, element(start.name().as_ref())?, root.is_some(), count)?;
                open.pop()
            }
            Event::End(_) => open.pop(),
            Event::Text(text) => say(&mut open, &text.xml10_content())?,
            Event::CData(text) => say(&mut open, &text.xml10_content())?,
            Event::GeneralRef(named) => say(&mut open, &reference(&named)?.to_string())?,
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => None,
            Event::DocType(_) => return Err("a document type is not taken".into()),
            Event::Eof => break,
        };
        if let Some(done) = done {
            match open.last_mut() {
                Some(parent) => parent.children.push(done),
                None => root = Some(done),
            }
        }
    }
    match root {
        Some(root) if open.is_empty() => Ok(root),
        _ => Err("the document does not end".into()),
    }
}

/// The tokenizer takes any run without spaces for a name, be it quotes, slashes or control
/// characters.
fn element(name: &str) -> Result<Element, String> {
    let rest = name.strip_prefix(|c: char| c.is_alphabetic() || matches!(c, '_' | ':'));
    let is_in_names = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.');
    match rest {
        Some(rest) if rest.chars().all(is_in_names) => {
            Ok(Element { name: name.to_owned(), ..Element::default() })
        }
        _ => Err(format!("{name:?} is no element's name")),
    }
}

fn enter(
    open: &mut Vec<Element>,
    element: Element,
    has_root: bool,
    count: usize,
) -> Result<(), String> {
    if has_root && open.is_empty() {
        return Err("there is more than one root".into());
    }
    if open.len() >= DEPTH || count > ELEMENTS {
        return Err("too many elements".into());
    }
    open.push(element);
    Ok(())
}

fn say(open: &mut [Element], text: &str) -> Result<Option<Element>, String> {
    match open.last_mut() {
        // Bots repeat what people paste; a stray control character is left out, not a fault.
        Some(element) => element.text.extend(text.chars().filter(|c| is_xml(*c))),
        None if text.trim_matches(['\u{feff}', ' ', '\t', '\r', '\n']).is_empty() => {}
        None => return Err("words outside the document".into()),
    }
    Ok(None)
}

/// The five entities every XML has, and characters by number; nothing is looked up.
fn reference(named: &BytesRef<'_>) -> Result<char, String> {
    if let Some(c) = named.resolve_char_ref().map_err(|error| format!("no XML: {error}"))? {
        return if is_xml(c) { Ok(c) } else { Err("a character XML does not have".into()) };
    }
    match named.xml10_content().as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "quot" => Ok('"'),
        "apos" => Ok('\''),
        other => Err(format!("the entity {other} is not taken")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sloppy_documents_are_read() {
        let read =
            read("\u{feff}\n   <xml>\n <A><![CDATA[ 1 ]]></A><B>x &lt;&#x41;</B><C/></xml>\n")
                .unwrap();
        assert_eq!(read.value("A"), "1");
        assert_eq!(read.value("B"), "x <A");
        assert_eq!(read.value("C"), "");
        assert_eq!(read.value("D"), "");
    }

    #[test]
    fn dangerous_documents_are_refused() {
        let bomb = "<!DOCTYPE x [<!ENTITY a \"b\">]><xml><A>&a;</A></xml>";
        for text in [
            bomb,
            "<xml><A>&file;</A></xml>",
            "<xml><A>&#0;</A></xml>",
            "<xml><A></xml>",
            "<xml/><xml/>",
            "<xml><a\"/ \"></a\"/></xml>",
            "<xml>< ></></xml>",
            "<xml><1/></xml>",
            "hello",
            "",
            "{\"a\":1}",
            &"<a>".repeat(20),
            &format!("<xml>{}</xml>", "<a/>".repeat(300)),
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn nothing_panics(text in ".{0,200}") {
            drop(read(&text));
        }

        #[test]
        fn nothing_like_xml_panics(text in "[<>/&;!\\[\\]CDATxml#0-9 ]{0,80}") {
            drop(read(&text));
        }

        #[test]
        fn what_is_built_is_read(text in "\\PC{0,40}(\\]\\]>)?\\PC{0,40}") {
            let document = Xml::default().text("Content", &text).document();
            let back = read(&document).unwrap();
            let clean: String = text.chars().filter(|c| is_xml(*c)).collect();
            prop_assert_eq!(&back.child("Content").unwrap().text, &clean);
        }
    }
}
