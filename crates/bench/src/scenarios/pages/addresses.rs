//! What is asked for: every address of the console's routes' table with something real in it, and the
//! searches, counts and later pages that a table of routes does not know.
use std::collections::HashMap;
use std::fmt;

use anyhow::Result;
use crier_console::{Row, Who};

use super::seed::{ADMIN, OWNER};
use crate::services::Database;

/// What stands for the names in addresses, where the seed does not make it up: a query for each.
const FOUND: [(&str, &str); 7] = [
    ("broadcast", "SELECT CAST(id AS TEXT) FROM broadcasts WHERE seq = 60"),
    ("delivery", "SELECT CAST(max(id) AS TEXT) FROM deliveries WHERE state = 'failed'"),
    ("endpoint", "SELECT CAST(min(id) AS TEXT) FROM endpoints"),
    ("article", "SELECT CAST(id AS TEXT) FROM articles WHERE article_key = 'article60of1'"),
    (
        "publication",
        "SELECT CAST(publication_id AS TEXT) FROM articles WHERE article_key = 'article60of1'",
    ),
    ("account", "SELECT CAST(id AS TEXT) FROM accounts WHERE handle = 'other10'"),
    ("own", "SELECT CAST(min(id) AS TEXT) FROM accounts"),
];
/// The same where it does.
const SEEDED: [(&str, &str); 16] = [
    ("follower", "7"),
    ("tag", "101"),
    ("code", "1"),
    ("variant", "1"),
    ("place", "1"),
    ("number", "50"),
    ("segment", "3"),
    ("queue", "3"),
    ("plan", "1"),
    ("canned", "1"),
    ("rule", "1"),
    ("agent", "1"),
    ("member", "5"),
    ("template", "template1"),
    ("rid", "rid99000"),
    ("application", "1"),
];
/// Answers that are none of 200, for good reasons: somebody is signed in already, has no second step,
/// or there is no picture yet.
const OTHERWISE: [(&str, u16); 6] = [
    ("/console/login", 303),
    ("/console/login/step", 303),
    ("/console/settings/sign-in/app", 303),
    ("/console/settings/sign-in/codes", 303),
    ("/console/accounts/{handle}/drafts/{draft}", 303),
    ("/console/accounts/{handle}/drafts/{draft}/articles/{place}/cover", 200),
];
/// What would need a stranger's server, a device, or a file.
const LEFT_OUT: [&str; 4] =
    ["/stream", "/sso/{brand}", "/passkeys/{passkey}", "/documents/{document}"];

/// More of the account.
const OF_ACCOUNT: &str = "/followers?q=seeded /followers?q=%E7%8E%8B%E4%BC%9F /followers?q=%E5%BC%A0 \
    /followers?q=seeded+77777 /followers?q=zzzz /followers?q=o00000000000 /followers?standing=left \
    /followers?standing=blocked /followers?tag=101 /followers?tag=102&source=card \
    /followers?source=card /followers?language=en /followers?language=ko /followers?wrote=7 \
    /followers?after=500000 /followers?q=seeded&language=ko /followers?tag=101&language=ja \
    /inbox?tab=unassigned /inbox?tab=mine /inbox?tab=waiting /inbox?tab=done /inbox?sort=unread \
    /inbox?sort=wait /inbox?tab=queue-3 /inbox?tab=mine&sort=wait /inbox?tab=unassigned&sort=unread \
    /search?q=teahouse /search?q=%E8%8C%B6%E5%8F%B6 /search?q=%E6%8A%B9%E8%8C%B6 /search?q=order+99 \
    /search?q=%E8%AE%A2%E5%8D%95&by=account /search?q=%E8%B0%A2%E8%B0%A2&by=notes /search?q=zzzz \
    /search?q=teahouse&follower=7 /deliveries?state=failed /deliveries?state=delivered \
    /deliveries?verdict=timeout /deliveries?kind=follow /deliveries?verdict=gone ?range=7 \
    ?range=90&compare=on /figures.csv?range=90 /codes/1?range=90 /codes?after=1000 /broadcasts/2 \
    /broadcasts/3 /broadcasts/2/count /broadcasts/3/count /broadcasts?tab=sent \
    /broadcasts?tab=planned /broadcasts/sent/{broadcast}?by=day /comments?which=elected \
    /comments?which=removed /comments?article={article} /comments/{article}?which=new \
    /comments/{article}?before=5000 \
    /drafts?words=%E5%A4%8F%E8%8C%B6 /drafts?words=zzzz /errors?part=45015 /errors?part=nothing \
    /privacy?q=seeded7 /privacy?q=o000000000000000000000000007 /segments/1 /segments/2 /segments/4 \
    /segments/5 /segments/6 /segments/7 /segments/8 /segments/1/count /segments/2/count \
    /segments/4/count /segments/5/count /segments/6/count /segments/7/count /segments/8/count \
    /segments/6/count?found=9&after=500000 /segments/6?from=500000";
/// More of the brand.
const OF_BRAND: &str = "/activity?action=team-invitations /activity?member=5 /activity?account={own} \
    /activity?member=5&action=logout /activity?before=50000 /activity/check?after=50000 /go?q=bench \
    /go?account={handle}";
/// More of the platform, and what its administrator sees of the account.
const OF_PLATFORM: &str = "/platform/accounts?q=teahouse /platform/accounts?q=%E8%8C%B6 \
    /platform/accounts?state=pending /platform/activity?action=logout /go?q=tea /accounts/{handle} \
    /accounts/{handle}/inbox";
/// What is counted and shown for a form that is being filled in.
const FORMS: [(&str, &str); 4] = [
    ("/broadcasts/count", "to=all"),
    ("/broadcasts/count", "to=tag&tag=101"),
    ("/broadcasts/count", "to=segment&segment=3"),
    ("/broadcasts/preview", "type=text&text=Tea&to=all"),
];

/// One thing that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its address.
    pub path: String,
    /// Whose session.
    who: &'static str,
    /// What a form has in it; a page has none.
    form: Option<&'static str>,
    /// How it should answer.
    pub status: u16,
}

impl Asked {
    fn page(path: String, who: &'static str) -> Self {
        Self { path, who, form: None, status: 200 }
    }

    /// As it goes over the wire.
    pub fn request(&self) -> String {
        let (method, body) = match self.form {
            Some(form) => ("POST", format!("csrf=bench&{form}")),
            None => ("GET", String::new()),
        };
        format!(
            "{method} {} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: crier_session={}\r\n\
             connection: close\r\ncontent-type: application/x-www-form-urlencoded\r\n\
             content-length: {}\r\n\r\n{body}",
            self.path,
            self.who,
            body.len()
        )
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let admin = if self.who == ADMIN { " (administrator)" } else { "" };
        let form = self.form.map(|form| format!(" with `{form}`")).unwrap_or_default();
        write!(f, "`{}`{form}{admin}", self.path)
    }
}

/// Everything, with the names of this database in it.
pub async fn asked(database: &Database, handle: &str) -> Result<Vec<Asked>> {
    let mut names: HashMap<&str, String> = HashMap::new();
    for (name, query) in FOUND {
        names.insert(name, database.text(query).await?);
    }
    names.extend(SEEDED.map(|(name, value)| (name, value.to_owned())));
    names.insert("handle", handle.to_owned());
    names.insert("token", OWNER.to_owned());
    Ok(all(&names))
}

fn all(names: &HashMap<&str, String>) -> Vec<Asked> {
    let rows = crier_console::rows().into_iter().filter(|row| !row.changes);
    let rows = rows.filter(|row| !LEFT_OUT.iter().any(|part| row.path.contains(part)));
    let table = rows.map(|row| of_row(&row, names));
    let more = |beneath: &str, paths: &'static str, who| {
        let beneath = format!("/console{beneath}");
        let full = move |path| Asked::page(filled(&format!("{beneath}{path}"), names), who);
        paths.split_whitespace().map(full).collect::<Vec<_>>()
    };
    let forms = FORMS.iter().map(|(path, form)| Asked {
        form: Some(form),
        ..Asked::page(filled(&format!("/console/accounts/{{handle}}{path}"), names), OWNER)
    });
    table
        .chain(more("/accounts/{handle}", OF_ACCOUNT, OWNER))
        .chain(more("", OF_BRAND, OWNER))
        .chain(more("", OF_PLATFORM, ADMIN))
        .chain(forms)
        .collect()
}

fn of_row(row: &Row, names: &HashMap<&str, String>) -> Asked {
    let path = format!("/console{}", row.path);
    let known = OTHERWISE.iter().find(|(other, _)| *other == path);
    let is_admins = row.who == Who::Admin || row.path.starts_with("/offers/");
    let who = if is_admins { ADMIN } else { OWNER };
    // A menu's drafts have numbers, an article's have keys.
    let draft = if row.path.contains("/menu/") { "1" } else { "draft1" };
    let path = path.replace("{draft}", draft);
    Asked {
        status: known.map_or(200, |(_, status)| *status),
        ..Asked::page(filled(&path, names), who)
    }
}

fn filled(path: &str, names: &HashMap<&str, String>) -> String {
    names
        .iter()
        .fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_the_table_is_addressed() {
        let made_up = FOUND.map(|(name, _)| (name, "9".to_owned()));
        let seeded = SEEDED.map(|(name, value)| (name, value.to_owned()));
        let mut names: HashMap<&str, String> = made_up.into_iter().chain(seeded).collect();
        names.extend([("handle", "tea".to_owned()), ("token", "t".to_owned())]);
        let all = all(&names);
        assert!(all.len() > 150, "{}", all.len());
        for asked in &all {
            assert!(!asked.path.contains(['{', '}']), "{asked}: it is not known what stands there");
        }
        let has = |path: &str| all.iter().any(|asked| asked.path == path);
        assert!(has("/console/accounts/tea") && has("/console/accounts/tea/followers/7"));
        assert!(has("/console/accounts/tea/menu/drafts/1") && has("/console/platform"));
        for (path, _) in OTHERWISE {
            let path = filled(&path.replace("{draft}", "draft1"), &names);
            assert!(has(&path), "{path} is no page any more");
        }
    }
}
