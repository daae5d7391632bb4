//! Links of a broadcast that are counted: each is a short address of this server that leads on.
//! Nothing is kept of who followed one, so clicks are counted and not people.
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crier_schema::ids::{AccountId, BroadcastId};
use crier_schema::tables::broadcast_links;
use crier_schema::{AnyConnection, on_each};
use diesel::prelude::*;

use super::Broadcast;
use crate::clock::random;
use crate::content::{Content, MAX_TEXT};
use crate::error::{OrMissing, Result};
use crate::tallies::{self, Noun};
use crate::tx::Tx;

/// Where sentences in any of the console's languages end an address.
const ENDS: &str = "<>\"“”，。！？、；：…（）「」『』【】《》〈〉";
/// What may stand in an address, and rarely ends one.
const TRAILS: [char; 8] = ['.', ',', ';', ':', '!', '?', ')', '\''];
/// Between this server's address and a token.
const PATH: &str = "/l/";
/// Bytes that a token is made of; it has four letters for three.
const TOKEN: usize = 9;
/// What a short address has behind this server's.
const ROOM: usize = PATH.len() + TOKEN / 3 * 4;

/// A link that is counted.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery)]
#[diesel(table_name = broadcast_links)]
pub struct Link {
    /// Names its short address: `{public_url}/l/{token}`.
    pub token: String,
    /// Whose it is.
    pub account_id: AccountId,
    /// The broadcast it is in.
    pub broadcast_id: BroadcastId,
    /// Its place among the broadcast's links, from 0.
    pub place: i64,
    /// Where it leads, as it was written.
    pub url: String,
}

impl Link {
    /// Where it leads, in letters that a header may have.
    pub fn target(&self) -> String {
        url::Url::parse(&self.url).map_or_else(|_| self.url.clone(), String::from)
    }
}

/// The link of this token.
///
/// # Errors
/// `NotFound("link")`.
pub fn link(conn: &mut AnyConnection, token: &str) -> Result<Link> {
    Link::query().find(token).get_result(conn).optional().or_missing("link")
}

/// The links of a broadcast that are counted, in their order.
pub fn links(conn: &mut AnyConnection, id: BroadcastId) -> QueryResult<Vec<Link>> {
    let of = broadcast_links::broadcast_id.eq(id);
    Link::query().filter(of).order(broadcast_links::place.asc()).load(conn)
}

/// Counts that somebody followed a link.
pub fn click(tx: &mut Tx<'_>, link: &Link) -> Result<()> {
    tallies::add(tx, link.account_id, Noun::Clicked, &link.token)
}

/// Web addresses in a text, as readers would follow them, each once.
pub(crate) fn in_text(text: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for url in spans(text).into_iter().filter_map(|span| text.get(span)) {
        if found.iter().all(|known| known != url) {
            found.push(url.to_owned());
        }
    }
    found
}

/// Where they stand.
fn spans(text: &str) -> Vec<Range<usize>> {
    let is_end = |c: char| c.is_whitespace() || ENDS.contains(c);
    let (mut found, mut end) = (Vec::new(), 0);
    for word in text.split_inclusive(is_end) {
        let at = end;
        end += word.len();
        let begin = word.find("https://").or_else(|| word.find("http://"));
        let Some((begin, rest)) = begin.and_then(|begin| Some((begin, word.get(begin..)?))) else {
            continue;
        };
        let address = rest.trim_end_matches(is_end).trim_end_matches(TRAILS);
        if url::Url::parse(address).is_ok() {
            let from = at + begin;
            found.push(from..from + address.len());
        }
    }
    found
}

/// Links that became short addresses, before it is known which broadcast they are in.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Shortened {
    /// Token and address, in their order.
    links: Vec<(String, String)>,
}

impl Shortened {
    /// What is sent instead of `content`, whose links become short addresses: those of texts, and of
    /// what stands beneath films. One that would make a text too long to send stays as it was written,
    /// and is not counted.
    pub(crate) fn of(content: Content, public_url: &str) -> (Content, Self) {
        let mut short = Self::default();
        let content = match content {
            Content::Text { text, menu_item } => {
                Content::Text { text: short.shorten(&text, public_url), menu_item }
            }
            Content::Video { media_id, thumbnail_id, title, description } => {
                let description = description.map(|text| short.shorten(&text, public_url));
                Content::Video { media_id, thumbnail_id, title, description }
            }
            other => other,
        };
        (content, short)
    }

    fn shorten(&mut self, text: &str, public_url: &str) -> String {
        let (mut out, mut end) = (String::with_capacity(text.len()), 0);
        for span in spans(text) {
            let grown = out.len() + (span.start - end) + public_url.len() + ROOM;
            if grown + (text.len() - span.end) > MAX_TEXT {
                continue;
            }
            out.extend(text.get(end..span.start));
            end = span.end;
            let token = self.token(text.get(span).unwrap_or_default());
            out.extend([public_url, PATH, token]);
        }
        out.extend(text.get(end..));
        out
    }

    /// The token of an address: the same one has the same token.
    fn token(&mut self, url: &str) -> &str {
        let known = self.links.iter().position(|(_, known)| known == url);
        let place = known.unwrap_or(self.links.len());
        if known.is_none() {
            self.links.push((URL_SAFE_NO_PAD.encode(random::<TOKEN>()), url.to_owned()));
        }
        self.links.get(place).map_or("", |(token, _)| token)
    }

    /// Stores them with the broadcast that was sent with them.
    pub(crate) fn keep(self, tx: &mut Tx<'_>, sent: &Broadcast) -> Result<()> {
        let row = |(place, (token, url)): (i64, (String, String))| {
            let (account_id, broadcast_id) = (sent.account_id, sent.id);
            NewLink { token, account_id, broadcast_id, place, url }
        };
        let rows: Vec<NewLink> = (0..).zip(self.links).map(row).collect();
        if !rows.is_empty() {
            let (conn, into) = (&mut *tx.conn, broadcast_links::table);
            on_each!(conn, diesel::insert_into(into).values(&rows).execute(conn))?;
        }
        Ok(())
    }
}

#[derive(Insertable)]
#[diesel(table_name = broadcast_links, treat_none_as_default_value = false)]
struct NewLink {
    token: String,
    account_id: AccountId,
    broadcast_id: BroadcastId,
    place: i64,
    url: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_end_where_sentences_do() {
        let text = "See https://a.example/x?y=1. 详见https://b.example/中文，好 (http://c.example)";
        assert_eq!(
            in_text(text),
            ["https://a.example/x?y=1", "https://b.example/中文", "http://c.example"]
        );
        for text in [
            "「https://d.example/茶」を見て",
            "【https://d.example/茶】；",
            "“https://d.example/茶”：",
        ] {
            assert_eq!(in_text(text), ["https://d.example/茶"], "{text}");
        }
    }

    #[test]
    fn what_stands_around_a_link_stays() {
        let text = "茶：https://a.example/x，https://a.example (https://a.example/x).\nhttp:// end";
        let (content, short) = Shortened::of(Content::text(text), "https://c.example");
        let tokens: Vec<&str> = short.links.iter().map(|(token, _)| token.as_str()).collect();
        let [long, bare] = tokens[..] else { panic!("{tokens:?}") };
        let address = |token: &str| format!("https://c.example/l/{token}");
        let (long, bare) = (address(long), address(bare));
        let wanted = format!("茶：{long}，{bare} ({long}).\nhttp:// end");
        assert_eq!(content, Content::text(wanted));
    }

    #[test]
    fn no_text_grows_beyond_what_can_be_sent() {
        let here = "https://c.example";
        let short = here.len() + ROOM;
        for (left, counted) in [(0, 0), (short - 13, 1), (2 * (short - 13), 2)] {
            let links = "http://a.bcde http://a.bcdf";
            let text = format!("{links} {}", "x".repeat(MAX_TEXT - links.len() - 1 - left));
            let (content, kept) = Shortened::of(Content::text(text), here);
            let Content::Text { text, .. } = content else { panic!("{content:?}") };
            assert_eq!((kept.links.len(), text.len()), (counted, MAX_TEXT));
        }
        let long = format!("http://a.bcde/{}", "x".repeat(MAX_TEXT - 40));
        let text = format!("http://a.bcde {long}");
        let (_, kept) = Shortened::of(Content::text(text), here);
        assert_eq!(kept.links.len(), 1, "a long one makes no room for those before it");
        assert_eq!(kept.links[0].1, long);
    }
}
