//! What must hold of any bytes at all. The tests below run it for a moment, the targets in
//! `wechat/fuzz` for as long as they are told to; each function panics where it does not hold.
use std::sync::LazyLock;

use crier_core::content::{Content, MAX_TEXT};
use crier_core::endpoints::Mode;
use crier_core::facts::Fact;
use crier_core::ids::MessageId;
use crier_dispatch::dialect::{Fault, Push, Reply};
use crier_dispatch::verdicts;

use super::crypto::{Envelope, Sealed, sign};
use super::fixtures::{APP_ID, KEY, TOKEN, push};
use super::reply;
use super::xml::{self, DEPTH, ELEMENTS, Element, Xml, is_xml};

/// Bytes of random, then of the length, before a message in an envelope.
const BEFORE: usize = 16 + 4;

/// A document is refused, or is within its limits and reads the same when it is written again.
pub fn read_xml(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(read) = xml::read(text) else { return };
    let (depth, count, size) = measured(&read);
    assert!(depth <= DEPTH && count <= ELEMENTS, "{depth} deep, {count} elements");
    assert!(size <= text.len(), "{size} bytes of {}", text.len());
    let mut written = Xml::default();
    write(&mut written, &read);
    let written = written.document();
    let written = written.strip_prefix("<xml>").and_then(|text| text.strip_suffix("</xml>"));
    let written = written.unwrap_or_default();
    assert_eq!(xml::read(written), Ok(with_xml_line_ends(read)), "{written:?}");
}

/// Depth, elements, and bytes of names and words.
fn measured(element: &Element) -> (usize, usize, usize) {
    let own = (0, 1, element.name.len() + element.text.len());
    let sum = element
        .children
        .iter()
        .map(measured)
        .fold(own, |sum, child| (sum.0.max(child.0), sum.1 + child.1, sum.2 + child.2));
    (sum.0 + 1, sum.1, sum.2)
}

fn write(xml: &mut Xml, element: &Element) {
    xml.open(&element.name).words(&element.text);
    for child in &element.children {
        write(xml, child);
    }
    xml.close(&element.name);
}

/// XML knows one line end; another can be told by number, but not in the sections that are written.
fn with_xml_line_ends(element: Element) -> Element {
    Element {
        text: element.text.replace("\r\n", "\n").replace('\r', "\n"),
        children: element.children.into_iter().map(with_xml_line_ends).collect(),
        ..element
    }
}

/// What is sealed opens again; any plain text opens as what stands in it, or not at all; and of a
/// signed envelope any changed byte is refused. The cipher alone could not promise the last: CBC
/// lets the random bytes and the padding be changed, so the signature must be looked at.
pub fn open_envelope(bytes: &[u8]) {
    let envelope = envelope();
    if let Ok(text) = std::str::from_utf8(bytes) {
        let size = envelope.open(text).map_or(0, |message| message.len());
        assert!(size <= text.len(), "{size} bytes of {}", text.len());
    }
    opens_as_it_stands(&envelope, &bytes[..bytes.len() - bytes.len() % 16]);
    let (noise, rest) = bytes.split_first_chunk().unwrap_or((&[7; 16], bytes));
    let message = String::from_utf8_lossy(rest);
    let fields = Fields::around(&envelope, &message, *noise);
    assert_eq!(envelope.open(&fields.0[0]).as_deref(), Ok(&*message));
    let place = usize::from(u16::from_be_bytes([noise[0], noise[1]]));
    let changed = reply::read(&PUSHES.safe, fields.changed(place, noise[2]).document().as_bytes());
    assert!(is(&changed, verdicts::BAD_SIGNATURE), "{changed:?}");
}

fn opens_as_it_stands(envelope: &Envelope<'_>, plain: &[u8]) {
    match envelope.open(&envelope.encrypt(plain)) {
        Ok(message) => {
            let padding = plain.last().map_or(0, |last| usize::from(*last));
            assert!((1..=32).contains(&padding));
            let body = &plain[BEFORE..plain.len() - padding];
            assert_eq!(body, [message.as_bytes(), APP_ID.as_bytes()].concat());
        }
        Err(fault) => assert_eq!(fault == Sealed::Shape, plain.is_empty(), "{fault:?}"),
    }
}

fn envelope() -> Envelope<'static> {
    match Envelope::new(KEY, APP_ID) {
        Ok(envelope) => envelope,
        Err(fault) => panic!("{}", fault.problem()),
    }
}

/// An encrypted answer: what is sealed, its signature, its time and its nonce.
struct Fields([String; 4]);

impl Fields {
    const NAMES: [&str; 4] = ["Encrypt", "MsgSignature", "TimeStamp", "Nonce"];

    fn around(envelope: &Envelope<'_>, message: &str, noise: [u8; 16]) -> Self {
        let (stamp, nonce) = ("1700000000999", "0.42");
        let sealed = envelope.seal(message, noise);
        let signed = sign(&[TOKEN, stamp, nonce, &sealed]);
        Self([sealed, signed, stamp.to_owned(), nonce.to_owned()])
    }

    /// With another byte at one place of one field.
    fn changed(mut self, place: usize, by: u8) -> Self {
        let mut place = place % self.0.iter().map(String::len).sum::<usize>();
        for field in &mut self.0 {
            if place < field.len() {
                let by = 1 + by % 127;
                *field = field
                    .bytes()
                    .enumerate()
                    .map(|(at, byte)| char::from(if at == place { byte ^ by } else { byte }))
                    .collect();
                break;
            }
            place -= field.len();
        }
        self
    }

    fn document(&self) -> String {
        let mut xml = Xml::default();
        for (name, value) in Self::NAMES.into_iter().zip(&self.0) {
            xml.text(name, value);
        }
        xml.document()
    }
}

/// An answer is a fault in few words or a reply within limits; it is the same when it comes in an
/// envelope; and where only envelopes are taken it says nothing without one.
pub fn read_reply(bytes: &[u8]) {
    let pushes = &PUSHES;
    for (plain, safe, most) in
        [(&pushes.plain, &pushes.safe, 1), (&pushes.followed, &pushes.safe_followed, 8)]
    {
        let said = reply::read(plain, bytes);
        judge(&said, bytes.len(), most);
        let Ok(text) = std::str::from_utf8(bytes) else {
            assert!(is(&said, verdicts::MALFORMED), "{said:?}");
            continue;
        };
        // Envelopes do not nest.
        if text.contains("Encrypt") {
            judge(&reply::read(safe, bytes), bytes.len(), most);
            continue;
        }
        let bare = reply::read(safe, bytes);
        assert!(matches!(bare, Err(_) | Ok(Reply::Nothing)), "{bare:?}");
        let sealed = Fields::around(&envelope(), text, [7; 16]).document();
        assert_eq!(reply::read(safe, sealed.as_bytes()), said);
    }
}

fn judge(said: &Result<Reply, Fault>, size: usize, most: usize) {
    let within = |text: &str| assert!(text.len() <= size && text.chars().all(is_xml), "{text:?}");
    match said {
        Ok(Reply::Nothing) => {}
        Ok(Reply::HandOver(agent)) => agent.iter().for_each(|agent| within(agent)),
        Ok(Reply::Say(content)) => {
            words(content).into_iter().for_each(within);
            assert!(content.media().all(|key| !key.is_empty()), "{content:?}");
            match content {
                Content::Text { text, .. } => assert!((1..=MAX_TEXT).contains(&text.len())),
                Content::News { articles } => assert!((1..=most).contains(&articles.len())),
                _ => {}
            }
        }
        Err(fault) => {
            let known = [verdicts::MALFORMED, verdicts::BAD_SIGNATURE, verdicts::WRONG_RECIPIENT];
            assert!(known.contains(&fault.verdict), "{fault:?}");
            assert!(fault.detail.len() <= reply::MAX_DETAIL, "{} bytes", fault.detail.len());
        }
    }
}

/// All words of a reply.
fn words(content: &Content) -> Vec<&str> {
    match content {
        Content::Text { text, .. } => vec![text],
        Content::Image { media_id, .. } | Content::Voice { media_id, .. } => vec![media_id],
        Content::Video { media_id, title, description, .. } => {
            [Some(media_id), title.as_ref(), description.as_ref()]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect()
        }
        Content::Music { title, description, url, hq_url, thumbnail_id } => {
            let cover = thumbnail_id.as_deref().unwrap_or_default();
            vec![title, description, url, hq_url, cover]
        }
        Content::News { articles } => articles
            .iter()
            .flat_map(|card| [&card.title, &card.description, &card.url, &card.picture_url])
            .map(String::as_str)
            .collect(),
        other => panic!("no answer says {}", other.type_name()),
    }
}

fn is(said: &Result<Reply, Fault>, verdict: &str) -> bool {
    said.as_ref().is_err_and(|fault| fault.verdict == verdict)
}

/// What answers are read for.
struct Pushes {
    plain: Push,
    safe: Push,
    followed: Push,
    safe_followed: Push,
}

static PUSHES: LazyLock<Pushes> = LazyLock::new(|| {
    let message = || Fact::Message { id: MessageId(9), seq: 1, content: Content::text("hi") };
    let followed = || Fact::Followed { scene: None };
    Pushes {
        plain: push(message(), Mode::Plain),
        safe: push(message(), Mode::Safe),
        followed: push(followed(), Mode::Plain),
        safe_followed: push(followed(), Mode::Safe),
    }
});

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::super::fixtures::OPENID;
    use super::*;

    /// All that the fuzz targets found worth keeping.
    #[test]
    fn all_hold_for_the_corpus() {
        type Holds = fn(&[u8]);
        let properties: [(&str, Holds); 3] =
            [("xml", read_xml), ("envelope", open_envelope), ("reply", read_reply)];
        for (name, holds) in properties {
            let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
            let files: Vec<_> = fs::read_dir(&folder).unwrap().collect();
            assert!((1..=32).contains(&files.len()), "{} in {name}", files.len());
            for file in files {
                holds(&fs::read(file.unwrap().path()).unwrap());
            }
        }
    }

    /// Pieces of documents, in any order.
    fn pieces() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            3 => "<[a-c\"'/ ]{1,3}>",
            3 => "</[a-c]>",
            1 => "<!\\[CDATA\\[.{0,3}\\]\\]>",
            1 => "&(#[0-9]{1,3}|#x[0-9A-F]{1,4}|lt|amp|x);",
            1 => "(<!--|-->|<\\?xml|\\?>|<!DOCTYPE|\\]\\]>|\r|\n)",
            1 => "\\PC{0,4}",
        ];
        proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    fn field() -> impl Strategy<Value = String> {
        let names =
            "(MsgType|Content|Image|Voice|Video|Music|MediaId|MusicUrl|Articles|item|Title)";
        (names, pieces()).prop_map(|(name, inside)| format!("<{name}>{inside}</{name}>"))
    }

    fn answer() -> impl Strategy<Value = String> {
        let kind = "(text|image|voice|video|music|news|transfer_customer_service|\\PC{0,3})";
        (kind, proptest::collection::vec(field(), 0..5)).prop_map(|(kind, fields)| {
            let to = format!("<ToUserName>{OPENID}</ToUserName>");
            format!("<xml>{to}<MsgType>{kind}</MsgType>{}</xml>", fields.concat())
        })
    }

    proptest! {
        #[test]
        fn xml_reads_again_as_it_was_read(text in pieces()) {
            read_xml(text.as_bytes());
            read_xml(format!("<a>{text}</a>").as_bytes());
        }

        #[test]
        fn envelopes_open_whole_or_not_at_all(
            bytes in proptest::collection::vec(any::<u8>(), 0..160),
        ) {
            open_envelope(&bytes);
        }

        #[test]
        fn answers_are_replies_or_faults(
            text in prop_oneof![answer(), pieces(), Just("success".to_owned())],
            bytes: Vec<u8>,
        ) {
            read_reply(text.as_bytes());
            read_reply(&bytes);
        }
    }
}
