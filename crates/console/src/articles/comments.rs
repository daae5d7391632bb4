//! Comments: first by article, then those under one.
use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::articles::{self, Article, Outline};
use crier_core::comments::{self, Listed, Which};
use crier_core::ids::ArticleId;
use serde::Deserialize;

use super::curation::told;
use crate::answers::{self, Answer};
use crate::calendar::{Calendar, Moment};
use crate::failures::missing;
use crate::forms::Form;
use crate::gate::Desk;
use crate::home::initial;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::Fault;

/// Articles, and comments, on a page.
const PAGE: i64 = 30;

#[derive(Template)]
#[template(path = "console/comments.html")]
struct ByArticle {
    page: Page,
    base: String,
    rows: Vec<Row>,
    is_first: bool,
    older: Option<String>,
}

struct Row {
    href: String,
    title: String,
    fresh: i32,
    elected: i32,
    is_open: bool,
    is_out: bool,
    time: Moment,
}

#[derive(Template)]
#[template(path = "console/comments_of.html")]
struct Under {
    page: Page,
    base: String,
    here: String,
    title: String,
    public: Option<String>,
    is_open: bool,
    tabs: Vec<Tab>,
    error: Option<String>,
    rows: Vec<Said>,
    newest: Option<String>,
    older: Option<String>,
}

/// A way to another list.
pub struct Tab {
    pub href: String,
    pub label: String,
    pub current: bool,
}

/// A comment as lists show it.
pub struct Said {
    pub number: i32,
    pub name: String,
    pub initial: String,
    pub openid: String,
    pub text: String,
    pub time: Moment,
    pub elected: bool,
    pub reply: Option<String>,
}

/// Where the list of articles begins.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct From {
    before: Option<i64>,
}

/// Which comments, and from where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    which: String,
    /// The number of the last comment of the page before.
    before: Option<i32>,
}

impl Input {
    fn which(&self) -> Which {
        match self.which.as_str() {
            "new" => Which::Normal,
            "elected" => Which::Elected,
            _ => Which::All,
        }
    }

    fn query(&self, before: Option<i32>) -> String {
        let which = match self.which() {
            Which::All => "all",
            Which::Normal => "new",
            Which::Elected => "elected",
        };
        let before = before.map(|number| format!("&before={number}")).unwrap_or_default();
        format!("?which={which}{before}")
    }
}

/// The articles, with how much is said under each.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>, from: web::Query<From>) -> Answer {
    let (id, before) = (desk.account.id, from.before.map(ArticleId));
    let page = app.read(move |conn| articles::page(conn, id, before, PAGE)).await?;
    let calendar = Calendar::of(&visit, &desk, &app);
    let base = desk.path("/comments");
    let last = page.last().filter(|_| page.len() as i64 == PAGE);
    answers::page(&ByArticle {
        page: visit.page_of(&desk, "nav-comments"),
        older: last.map(|last| format!("{base}/articles?before={}", last.id)),
        is_first: before.is_none(),
        rows: page.iter().map(|article| row(&base, &calendar, article)).collect(),
        base,
    })
}

fn row(base: &str, calendar: &Calendar, article: &Outline) -> Row {
    Row {
        href: format!("{base}/{}", article.id),
        title: article.title.clone(),
        fresh: article.comment_count - article.elected_count,
        elected: article.elected_count,
        is_open: article.comments_open,
        is_out: article.removed_at.is_none(),
        time: calendar.full(article.published_at),
    }
}

type At = web::Path<(String, String)>;

fn article_id(path: &str) -> Result<ArticleId, crate::failures::Failure> {
    path.parse().map_err(|_| missing("article"))
}

/// The comments under one article.
pub async fn under(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: At,
    input: web::Query<Input>,
) -> Answer {
    let page = read(&visit, &desk, &app, article_id(&path.1)?, &input, None).await?;
    answers::page(&page)
}

async fn read(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    id: ArticleId,
    input: &Input,
    fault: Option<&Fault>,
) -> crier_core::Result<Under> {
    let (account, which, before) = (desk.account.id, input.which(), input.before);
    let (article, mut listed) = app
        .read(move |conn| {
            let article = articles::of_account(conn, account, id)?;
            Ok((article, comments::before(conn, id, which, before, PAGE + 1)?))
        })
        .await?;
    let more = listed.len() as i64 > PAGE;
    listed.truncate(usize::try_from(PAGE).unwrap_or_default());
    let last = listed.last().map(|one| one.comment.number).filter(|_| more);
    let calendar = Calendar::of(visit, desk, app);
    let base = desk.path(&format!("/comments/{id}"));
    Ok(Under {
        page: visit.page_of(desk, "nav-comments"),
        here: format!("{base}{}", input.query(before)),
        public: article.removed_at.is_none().then(|| format!("/s/{}", article.article_key)),
        is_open: article.comments_open,
        tabs: tabs(visit, &base, input, &article),
        error: fault.map(|fault| fault.text.clone()),
        rows: listed.iter().map(|one| said(&calendar, one)).collect(),
        newest: before.map(|_| format!("{base}{}", input.query(None))),
        older: last.map(|last| format!("{base}{}", input.query(Some(last)))),
        title: article.title,
        base,
    })
}

fn tabs(visit: &Visit, base: &str, input: &Input, article: &Article) -> Vec<Tab> {
    let fresh = article.comment_count - article.elected_count;
    let each = [
        ("all", Which::All, article.comment_count),
        ("new", Which::Normal, fresh),
        ("elected", Which::Elected, article.elected_count),
    ];
    let tab = |(word, which, count): (&str, Which, i32)| Tab {
        href: format!("{base}?which={word}"),
        label: format!("{} {count}", visit.speech.say(&format!("comments-{word}"))),
        current: which == input.which(),
    };
    each.into_iter().map(tab).collect()
}

/// A comment as lists show it.
pub fn said(calendar: &Calendar, listed: &Listed) -> Said {
    let comment = &listed.comment;
    Said {
        number: comment.number,
        initial: initial(&listed.name),
        name: listed.name.clone(),
        openid: listed.openid.clone(),
        text: comment.content.clone(),
        time: calendar.full(comment.created_at),
        elected: comment.elected,
        reply: comment.reply.clone(),
    }
}

/// What to do with a comment.
#[derive(Deserialize)]
pub struct Change {
    number: i32,
    does: String,
    #[serde(default)]
    text: String,
}

/// Features a comment, answers it, or removes it.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: At,
    input: web::Query<Input>,
    Form(change): Form<Change>,
) -> Answer {
    let (id, account) = (article_id(&path.1)?, desk.account.id);
    let Change { number, does, text } = change;
    let told = told(&does);
    let done = app.write(move |tx| {
        let article = articles::of_account(tx.conn, account, id)?.id;
        match does.as_str() {
            "elect" => comments::set_elected(tx, article, number, true),
            "unelect" => comments::set_elected(tx, article, number, false),
            "reply" => comments::reply(tx, article, number, &text),
            "unreply" => comments::remove_reply(tx, article, number),
            "remove" => comments::remove(tx, article, number),
            _ => Err(crier_core::Error::invalid("does", "is none of what can be done")),
        }
    });
    after(&visit, &desk, &app, id, &input, done.await.map(|()| told)).await
}

async fn after(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    id: ArticleId,
    input: &Input,
    done: crier_core::Result<&str>,
) -> Answer {
    match done {
        Ok(told) => {
            let here = desk.path(&format!("/comments/{id}"));
            Ok(answers::see_other(format!("{here}{}{told}", input.query(input.before))))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&read(visit, desk, app, id, input, Some(&fault)).await?)
        }
    }
}

/// Whether readers may comment.
#[derive(Deserialize)]
pub struct Opening {
    open: String,
}

/// Opens an article's comments, or closes them.
pub async fn set_open(
    desk: Desk,
    app: web::Data<App>,
    path: At,
    Form(opening): Form<Opening>,
) -> Answer {
    let (id, account, open) = (article_id(&path.1)?, desk.account.id, opening.open == "1");
    let set = app.write(move |tx| {
        let article = articles::of_account(tx.conn, account, id)?;
        comments::set_open(tx, account, article.publication_id, article.idx, open)
    });
    set.await?;
    Ok(answers::see_other(desk.path(&format!("/comments/{id}"))))
}
