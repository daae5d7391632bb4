//! Where something is stored about one person, table by table: what is handed out, and what becomes of
//! it when they are forgotten. A test compares the list with the database, so that no table with a
//! column for people is left out.
//!
//! In the texts `:follower`, `:account` and `:user` stand for ids; they are replaced by numbers.

/// One table that says something about people.
#[derive(Debug)]
pub struct Holding {
    /// Its name.
    pub table: &'static str,
    /// What is handed out, if anything.
    pub shown: Option<Shown>,
    /// What becomes of it.
    pub fate: Fate,
}

/// What is handed out.
#[derive(Debug)]
pub struct Shown {
    /// Columns; JSON text is marked with `{}` behind its name.
    pub columns: &'static [&'static str],
    /// Which rows.
    pub of: &'static str,
    /// A column that grows and is unique among them, to read long tables in parts.
    pub by: Option<&'static str>,
}

/// What becomes of rows when somebody is forgotten.
#[derive(Debug)]
pub enum Fate {
    /// Removed by these statements, which touch at most 200 rows at a time.
    Removed(&'static [&'static str]),
    /// Emptied, because something is numbered or counted by it.
    Emptied(&'static str),
    /// Removed by steps of their own, since it is more than a statement.
    Apart,
    /// It stays, and why that tells nothing about anybody.
    Stays(&'static str),
}

const fn shown(
    of: &'static str,
    by: Option<&'static str>,
    columns: &'static [&'static str],
) -> Shown {
    Shown { columns, of, by }
}

const OWN: &str = "follower_id = :follower";

/// Every table that says something about people, in the order in which it is forgotten.
pub const HOLDINGS: &[Holding] = &[
    Holding {
        table: "users",
        shown: Some(shown(
            "id = :user",
            None,
            &["subject", "name", "picture", "locale", "platform", "created_at"],
        )),
        fate: Fate::Stays(
            "it is the host app's record of its user, whom other accounts may know too",
        ),
    },
    Holding {
        table: "followers",
        shown: Some(shown(
            "id = :follower",
            None,
            &["openid", "followed_at", "unfollowed_at", "scene", "source", "remark", "blocked_at"],
        )),
        fate: Fate::Stays("it names nobody any more: no user, no openid, no words"),
    },
    Holding {
        table: "followings",
        shown: Some(shown(OWN, Some("id"), &["gained", "source", "created_at"])),
        fate: Fate::Stays("it counts the account's days, and names nobody any more"),
    },
    Holding {
        table: "taggings",
        shown: Some(shown(OWN, None, &["tag_id", "from_seq", "until_seq"])),
        fate: Fate::Removed(&[
            "DELETE FROM taggings WHERE follower_id = :follower AND until_seq IS NOT NULL",
        ]),
    },
    Holding {
        table: "conversations",
        shown: Some(shown(
            OWN,
            None,
            &["last_seq", "follower_read_seq", "account_read_seq", "window_until", "last_at"],
        )),
        fate: Fate::Emptied(
            "UPDATE conversations SET window_until = 0, window_left = 0, last_inbound_seq = 0, last_outbound_seq = 0, \
             account_read_seq = last_seq, last_at = 0, typing_until = NULL, agent_id = NULL, agent_until = NULL \
             WHERE follower_id = :follower AND last_at <> 0",
        ),
    },
    Holding {
        table: "messages",
        shown: Some(shown(
            OWN,
            Some("seq"),
            &["seq", "sender", "origin", "content{}", "created_at"],
        )),
        fate: Fate::Apart,
    },
    Holding {
        table: "media",
        shown: Some(shown(
            "user_id = :user AND account_id IS NULL",
            Some("id"),
            &["media_key", "kind", "mime", "size", "name", "created_at"],
        )),
        fate: Fate::Apart,
    },
    Holding { table: "events", shown: None, fate: Fate::Apart },
    Holding { table: "deliveries", shown: None, fate: Fate::Apart },
    Holding {
        table: "grants",
        shown: Some(shown(
            OWN,
            Some("id"),
            &["scope", "code_expires_at", "access_expires_at", "refresh_expires_at"],
        )),
        fate: Fate::Removed(&["DELETE FROM grants WHERE follower_id = :follower"]),
    },
    Holding {
        table: "permits",
        shown: Some(shown(
            OWN,
            None,
            &["template_key", "scene", "standing", "remaining", "updated_at"],
        )),
        fate: Fate::Removed(&["DELETE FROM permits WHERE follower_id = :follower"]),
    },
    Holding {
        table: "plan_recipients",
        shown: None,
        // By the account's lists, which are few: there is no index of followers.
        fate: Fate::Removed(&[
            "DELETE FROM plan_recipients WHERE follower_id = :follower AND list_id IN (SELECT b.list_id \
             FROM broadcasts b JOIN followers f ON f.account_id = b.account_id \
             WHERE f.id = :follower AND b.list_id IS NOT NULL)",
        ]),
    },
    Holding {
        table: "broadcast_recipients",
        shown: Some(shown(OWN, None, &["broadcast_id"])),
        fate: Fate::Removed(&["DELETE FROM broadcast_recipients WHERE follower_id = :follower"]),
    },
    Holding {
        table: "addressed",
        shown: None,
        fate: Fate::Stays("it is a view of what broadcasts and tags say"),
    },
    Holding {
        table: "comments",
        shown: Some(shown(
            "account_id = :account AND follower_id = :follower",
            Some("id"),
            &["article_id", "number", "content", "reply", "created_at", "removed_at"],
        )),
        fate: Fate::Apart,
    },
    Holding {
        table: "agent_sessions",
        shown: Some(shown(
            "account_id = :account AND follower_id = :follower",
            Some("id"),
            &["note", "waiting_since", "opened_at", "closed_at"],
        )),
        fate: Fate::Emptied(
            "UPDATE agent_sessions SET note = '' WHERE account_id = :account AND follower_id = :follower AND note <> ''",
        ),
    },
    Holding {
        table: "cases",
        shown: Some(shown(OWN, None, &["state", "waiting_since", "last_at"])),
        fate: Fate::Removed(&["DELETE FROM cases WHERE follower_id = :follower"]),
    },
    Holding {
        table: "notes",
        shown: Some(shown(OWN, Some("id"), &["body", "created_at"])),
        fate: Fate::Removed(&[
            "DELETE FROM mentions WHERE note_id IN (SELECT id FROM notes WHERE follower_id = :follower)",
            "DELETE FROM notes WHERE follower_id = :follower",
        ]),
    },
    Holding {
        table: "scheduled_replies",
        shown: Some(shown(OWN, Some("id"), &["content{}", "state", "send_at", "created_at"])),
        fate: Fate::Removed(&["DELETE FROM scheduled_replies WHERE follower_id = :follower"]),
    },
    Holding { table: "follower_words", shown: None, fate: Fate::Apart },
    Holding { table: "follower_texts", shown: None, fate: Fate::Apart },
    Holding {
        table: "stale_followers",
        shown: None,
        fate: Fate::Stays("it is a queue of ids that is empty after seconds"),
    },
    Holding {
        table: "favourites",
        shown: Some(shown(
            "user_id = :user AND article_id IN (SELECT id FROM articles WHERE account_id = :account)",
            None,
            &["article_id", "created_at"],
        )),
        fate: Fate::Removed(&["DELETE FROM favourites WHERE user_id = :user AND article_id IN \
             (SELECT id FROM articles WHERE account_id = :account)"]),
    },
    Holding {
        table: "article_visits",
        shown: Some(shown(
            "account_id = :account AND reader = 'u:user'",
            None,
            &["article_id", "quarter", "act", "way", "count"],
        )),
        fate: Fate::Apart,
    },
    Holding {
        table: "erasures",
        shown: None,
        fate: Fate::Stays("it says that somebody was forgotten, and not who"),
    },
];
