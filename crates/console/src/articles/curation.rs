//! What readers say under all articles: featured, answered, removed and put back one by one or many at
//! once.
use std::collections::BTreeSet;

use actix_web::web;
use askama::Template;
use crier_core::App;
use crier_core::articles::{self, Outline};
use crier_core::comments::{self, Listed, Pile};
use crier_core::ids::{ArticleId, CommentId};
use crier_core::{Error, Result};
use serde::Deserialize;

use super::comments::{Said, Tab, said};
use crate::answers::{self, Answer};
use crate::calendar::Calendar;
use crate::fields::{Choice, Field};
use crate::forms::Form;
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

/// Comments on a page, and articles to choose from.
const PAGE: i64 = 30;
/// Comments that one form changes.
const MOST: usize = 30;

#[derive(Template)]
#[template(path = "console/curation.html")]
struct Curation {
    page: Page,
    here: String,
    action: String,
    tabs: Vec<Tab>,
    which: &'static str,
    article: Field,
    error: Option<String>,
    rows: Vec<Row>,
    is_first: bool,
    older: Option<String>,
}

struct Row {
    said: Said,
    /// Names it among all of the account's.
    pick: String,
    article: String,
    href: String,
}

/// Which comments, and from where.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    which: String,
    article: String,
    before: Option<i64>,
}

impl Input {
    fn pile(&self) -> Pile {
        match self.which.as_str() {
            "elected" => Pile::Elected,
            "removed" => Pile::Removed,
            _ => Pile::New,
        }
    }

    fn query(&self, before: Option<CommentId>) -> String {
        let which = word(self.pile());
        let article = self.article.parse::<ArticleId>();
        let article = article.map(|id| format!("&article={id}")).unwrap_or_default();
        let before = before.map(|id| format!("&before={id}")).unwrap_or_default();
        format!("?which={which}{article}{before}")
    }
}

/// What a pile is called in addresses and messages.
const fn word(pile: Pile) -> &'static str {
    match pile {
        Pile::New => "new",
        Pile::Elected => "elected",
        Pile::Removed => "removed",
    }
}

/// The page.
pub async fn list(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
) -> Answer {
    answers::page(&read(&visit, &desk, &app, &input, None).await?)
}

async fn read(
    visit: &Visit,
    desk: &Desk,
    app: &App,
    input: &Input,
    fault: Option<&Fault>,
) -> Result<Curation> {
    let (account, pile, before) = (desk.account.id, input.pile(), input.before.map(CommentId));
    let article = input.article.parse().ok();
    let found = app.read(move |conn| {
        let rows = comments::of_account(conn, account, pile, article, before, PAGE)?;
        Ok((rows, articles::page(conn, account, None, PAGE)?))
    });
    let (rows, recent) = found.await?;
    let calendar = Calendar::of(visit, desk, app);
    let base = desk.path("/comments");
    let last = rows.last().filter(|_| rows.len() as i64 == PAGE);
    Ok(Curation {
        page: visit.page_of(desk, "nav-comments"),
        action: format!("{base}{}", input.query(before)),
        tabs: tabs(&visit.speech, &base, pile),
        which: word(pile),
        article: chosen(&visit.speech, input, &recent),
        error: fault.map(|fault| fault.text.clone()),
        is_first: before.is_none(),
        older: last.map(|(last, _)| format!("{base}{}", input.query(Some(last.comment.id)))),
        rows: rows.iter().map(|row| self::row(&calendar, &base, row)).collect(),
        here: base,
    })
}

fn tabs(speech: &Speech, base: &str, current: Pile) -> Vec<Tab> {
    let tab = |pile| Tab {
        href: format!("{base}?which={}", word(pile)),
        label: speech.say(&format!("comments-{}", word(pile))),
        current: pile == current,
    };
    let by_article = Tab {
        href: format!("{base}/articles"),
        label: speech.say("comments-by-article"),
        current: false,
    };
    vec![tab(Pile::New), tab(Pile::Elected), tab(Pile::Removed), by_article]
}

fn chosen(speech: &Speech, input: &Input, recent: &[Outline]) -> Field {
    let all = Choice { value: String::new(), label: speech.say("comments-every-article") };
    let choice =
        |article: &Outline| Choice { value: article.id.to_string(), label: article.title.clone() };
    Field::new(speech, "select", "article")
        .labelled(speech.say("article-title"))
        .choices(std::iter::once(all).chain(recent.iter().map(choice)).collect())
        .value(&input.article)
}

fn row(calendar: &Calendar, base: &str, (listed, article): &(Listed, Outline)) -> Row {
    Row {
        said: said(calendar, listed),
        pick: format!("{}-{}", article.id, listed.comment.number),
        article: article.title.clone(),
        href: format!("{base}/{}", article.id),
    }
}

/// What a form says: `does`, a `pick` for each comment, `reply-PICK` for each answer.
type Fields = Vec<(String, String)>;

/// One comment, or many.
struct Order {
    does: String,
    picks: BTreeSet<(i64, i32)>,
    reply: String,
}

impl Order {
    /// A button may name its own comment, as `does:PICK`; else those that are ticked count.
    fn of(fields: &[(String, String)]) -> Self {
        let value = |name: &str| {
            let found = fields.iter().find(|(field, _)| field == name);
            found.map(|(_, value)| value.clone()).unwrap_or_default()
        };
        let said = value("does");
        let (does, own) = said
            .split_once(':')
            .map_or((said.as_str(), None), |(does, pick)| (does, Some(pick.to_owned())));
        let ticked = fields.iter().filter(|(field, _)| field == "pick").map(|(_, pick)| pick);
        let picks: Vec<&String> = own.as_ref().map_or_else(|| ticked.collect(), |own| vec![own]);
        let pick = |pick: &&String| {
            let (article, number) = pick.split_once('-')?;
            Some((article.parse().ok()?, number.parse().ok()?))
        };
        Self {
            does: does.to_owned(),
            picks: picks.iter().filter_map(pick).take(MOST).collect(),
            reply: own.map(|own| value(&format!("reply-{own}"))).unwrap_or_default(),
        }
    }

    fn carry_out(
        &self,
        tx: &mut crier_core::tx::Tx<'_>,
        article: ArticleId,
        number: i32,
    ) -> Result<()> {
        match self.does.as_str() {
            "elect" => comments::set_elected(tx, article, number, true),
            "unelect" => comments::set_elected(tx, article, number, false),
            "reply" => comments::reply(tx, article, number, &self.reply),
            "unreply" => comments::remove_reply(tx, article, number),
            "remove" => comments::remove(tx, article, number),
            "restore" => comments::restore(tx, article, number),
            _ => Err(Error::invalid("does", "is none of what can be done")),
        }
    }
}

/// The end of the next page's address, which has it say where a comment has gone that it does not show.
pub fn told(does: &str) -> &'static str {
    match does {
        "remove" => "&done=comment-removed",
        "restore" => "&done=comment-restored",
        _ => "",
    }
}

/// Features comments, answers one, removes them or puts them back.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    input: web::Query<Input>,
    Form(fields): Form<Fields>,
) -> Answer {
    let (account, order) = (desk.account.id, Order::of(&fields));
    let told = if order.picks.is_empty() { "" } else { told(&order.does) };
    let done = app.write(move |tx| {
        for (article, number) in &order.picks {
            let article = articles::of_account(tx.conn, account, ArticleId(*article))?.id;
            match order.carry_out(tx, article, *number) {
                // Somebody else removed it: that is no reason to leave the others as they are.
                Ok(()) | Err(Error::NotFound("comment")) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    });
    match done.await {
        Ok(()) => {
            let before = input.before.map(CommentId);
            let query = input.query(before);
            Ok(answers::see_other(format!("{}{query}{told}", desk.path("/comments"))))
        }
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            answers::again(&read(&visit, &desk, &app, &input, Some(&fault)).await?)
        }
    }
}
