//! A stream's cursor: how far each of a user's conversations and accounts has been shown. It goes
//! to the client as the event id, so that any node can go on from it without having kept anything.
//!
//! Layout: a version, the user, then for each follower in ascending order the difference to the one
//! before, the last message and the last broadcast; all as varints, the whole as base64url.
use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crier_core::ids::{FollowerId, UserId};

const VERSION: u64 = 1;
/// About 5,000 accounts; HTTP servers take no longer header either.
const MAX_TEXT: usize = 64 << 10;
/// Ids and numbers that leave the system stay below.
const END: u64 = 1 << 53;

/// How far one conversation and its account's broadcasts have been shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    pub seq: i64,
    pub broadcast: i64,
}

/// How far everything of one user has been shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    pub user: UserId,
    pub marks: BTreeMap<FollowerId, Mark>,
}

impl Cursor {
    /// As an event id.
    pub fn encode(&self) -> String {
        let mut bytes = Vec::with_capacity(16 + self.marks.len() * 10);
        put(&mut bytes, VERSION);
        put(&mut bytes, self.user.0.unsigned_abs());
        let mut last = 0;
        for (follower, mark) in &self.marks {
            let id = follower.0.unsigned_abs();
            put(&mut bytes, id - last);
            put(&mut bytes, mark.seq.unsigned_abs());
            put(&mut bytes, mark.broadcast.unsigned_abs());
            last = id;
        }
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// From an event id; `None` for anything that [`Cursor::encode`] does not make.
    pub fn decode(text: &str) -> Option<Self> {
        if text.len() > MAX_TEXT {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let mut rest = bytes.as_slice();
        if take(&mut rest)? != VERSION {
            return None;
        }
        let user = UserId(id(take(&mut rest)?)?);
        let (mut marks, mut last) = (BTreeMap::new(), 0);
        while !rest.is_empty() {
            let ahead = take(&mut rest)?;
            if ahead == 0 {
                return None;
            }
            last = u64::checked_add(last, ahead)?;
            let mark = Mark { seq: id(take(&mut rest)?)?, broadcast: id(take(&mut rest)?)? };
            marks.insert(FollowerId(id(last)?), mark);
        }
        Some(Self { user, marks })
    }
}

fn id(number: u64) -> Option<i64> {
    i64::try_from(number).ok().filter(|_| number < END)
}

fn put(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7F).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
}

/// The next number, in its shortest form only: two texts never mean the same.
fn take(rest: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..63).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return (*byte != 0 || shift == 0).then_some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cursors() -> impl Strategy<Value = Cursor> {
        let number = 0..(1_i64 << 53);
        let marks =
            proptest::collection::btree_map(1..(1_i64 << 53), (number.clone(), number), 0..50);
        (1..(1_i64 << 53), marks).prop_map(|(user, marks)| Cursor {
            user: UserId(user),
            marks: marks
                .into_iter()
                .map(|(id, (seq, broadcast))| (FollowerId(id), Mark { seq, broadcast }))
                .collect(),
        })
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(cursor in cursors()) {
            prop_assert_eq!(Cursor::decode(&cursor.encode()), Some(cursor));
        }

        #[test]
        fn made_up_text_never_panics_and_means_one_thing(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let text = URL_SAFE_NO_PAD.encode(bytes);
            if let Some(cursor) = Cursor::decode(&text) {
                prop_assert_eq!(cursor.encode(), text);
            }
        }

        #[test]
        fn damaged_text_never_panics(text in ".{0,300}") {
            drop(Cursor::decode(&text));
        }
    }

    #[test]
    fn a_cursor_is_short() {
        let marks = (0..20_i64).map(|n| {
            let id = FollowerId((1_i64 << 52) + n * (1 << 38));
            (id, Mark { seq: 100 + n, broadcast: n })
        });
        let cursor = Cursor { user: UserId(1 << 52), marks: marks.collect() };
        assert!(cursor.encode().len() < 280, "{}", cursor.encode().len());
    }

    #[test]
    fn too_much_is_refused() {
        assert_eq!(Cursor::decode(&"A".repeat(MAX_TEXT + 1)), None);
        assert_eq!(Cursor::decode(""), None);
    }
}
