//! Team queues: the list with a form, one of them, its place and its end.
use actix_web::web;
use askama::Template;
use crier_core::ids::{MemberId, TeamQueueId};
use crier_core::members::{Permission, allows};
use crier_core::tags::Tag;
use crier_core::team_queues::{self, Draft, TeamQueue};
use crier_core::{App, Result, members, tags};

use crate::answers::{self, Answer};
use crate::confirm::Confirm;
use crate::failures::{Failure, missing};
use crate::fields::{self, Field};
use crate::followers::asking::tag_name;
use crate::forms::{Form, Nothing};
use crate::gate::Desk;
use crate::pages::Page;
use crate::visits::Visit;
use crate::words::{Fault, Speech};

#[derive(Template)]
#[template(path = "console/team_queues.html")]
struct List {
    page: Page,
    base: String,
    rows: Vec<Row>,
    /// Whether the account has tags at all.
    has_tags: bool,
    has_room: bool,
    form: Fields,
}

#[derive(Template)]
#[template(path = "console/team_queue.html")]
struct One {
    page: Page,
    base: String,
    id: i64,
    form: Fields,
}

struct Row {
    id: i64,
    name: String,
    tags: Vec<String>,
    members: Vec<String>,
}

/// The form's fields.
struct Fields {
    error: Option<String>,
    name: Field,
    tags: Vec<Tick>,
    tags_error: Option<String>,
    members: Vec<Tick>,
}

struct Tick {
    value: i64,
    label: String,
    on: bool,
}

/// What a queue is made of: the account's tags, and its members who may answer.
struct Known {
    queues: Vec<TeamQueue>,
    tags: Vec<Tag>,
    members: Vec<(MemberId, String)>,
}

impl Known {
    async fn load(app: &App, desk: &Desk) -> Result<Self> {
        let (account, brand) = (desk.account.id, desk.account.brand_id);
        app.read(move |conn| {
            let may_answer = members::of_brand(conn, brand)?
                .into_iter()
                .filter(|one| allows(one.role, Permission::Inbox))
                .map(|one| (one.member.id, one.member.name));
            Ok(Self {
                queues: team_queues::all(conn, account)?,
                tags: tags::all(conn, account)?,
                members: may_answer.collect(),
            })
        })
        .await
    }

    fn row(&self, speech: &Speech, queue: &TeamQueue) -> Row {
        let tags = self.tags.iter().filter(|tag| queue.tags.contains(&tag.id));
        let members = self.members.iter().filter(|(id, _)| queue.members.contains(id));
        Row {
            id: queue.id.0,
            name: queue.name.clone(),
            tags: tags.map(|tag| tag_name(speech, tag)).collect(),
            members: members.map(|(_, name)| name.clone()).collect(),
        }
    }

    fn draft(&self, queue: &TeamQueue) -> Draft {
        let tags = self.tags.iter().filter(|tag| queue.tags.contains(&tag.id));
        Draft {
            name: queue.name.clone(),
            tags: tags.map(|tag| tag.number).collect(),
            members: queue.members.clone(),
        }
    }

    fn form(&self, visit: &Visit, draft: &Draft, fault: Option<&Fault>) -> Fields {
        let name = Field::new(&visit.speech, "text", "queue_name").value(&draft.name).fault(fault);
        let of_tags = fault.filter(|fault| fault.field == Some("queue_tags"));
        let tag = |tag: &Tag| Tick {
            value: tag.number,
            label: tag_name(&visit.speech, tag),
            on: draft.tags.contains(&tag.number),
        };
        let member = |(id, name): &(MemberId, String)| Tick {
            value: id.0,
            label: name.clone(),
            on: draft.members.contains(id),
        };
        Fields {
            error: fields::whole(fault.filter(|_| of_tags.is_none()), &[&name]),
            name: name.with(r#"required maxlength="30" autocomplete="off""#),
            tags: self.tags.iter().map(tag).collect(),
            tags_error: of_tags.map(|fault| fault.text.clone()),
            members: self.members.iter().map(member).collect(),
        }
    }

    fn list(&self, visit: &Visit, desk: &Desk, form: Fields) -> List {
        List {
            page: visit.page_of(desk, "nav-queues"),
            base: desk.path(""),
            rows: self.queues.iter().map(|queue| self.row(&visit.speech, queue)).collect(),
            has_tags: !self.tags.is_empty(),
            has_room: self.queues.len() < team_queues::MOST,
            form,
        }
    }
}

/// What a form says: `queue_name`, a `tag` and a `member` for each that is chosen.
type Input = Vec<(String, String)>;

fn drafted(input: &[(String, String)]) -> Draft {
    let all = |name: &'static str| {
        input.iter().filter(move |(field, _)| field == name).map(|(_, value)| value)
    };
    Draft {
        name: all("queue_name").next().cloned().unwrap_or_default(),
        tags: all("tag").filter_map(|tag| tag.parse().ok()).collect(),
        members: all("member").filter_map(|member| member.parse().ok()).collect(),
    }
}

/// The list.
pub async fn list(visit: Visit, desk: Desk, app: web::Data<App>) -> Answer {
    let known = Known::load(&app, &desk).await?;
    let form = known.form(&visit, &Draft::default(), None);
    answers::page(&known.list(&visit, &desk, form))
}

/// Adds one.
pub async fn add(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    Form(input): Form<Input>,
) -> Answer {
    let (account, draft) = (desk.account.id, drafted(&input));
    let wanted = draft.clone();
    match app.write(move |tx| team_queues::add(tx, account, &wanted)).await {
        Ok(_) => Ok(answers::see_other(desk.path("/queues?done=queue-saved"))),
        Err(error) => {
            let (fault, known) = (visit.speech.fault(error)?, Known::load(&app, &desk).await?);
            let form = known.form(&visit, &draft, Some(&fault));
            answers::again(&known.list(&visit, &desk, form))
        }
    }
}

type At = web::Path<(String, String)>;

async fn of_path(
    app: &App,
    desk: &Desk,
    path: &At,
) -> std::result::Result<(Known, TeamQueue), Failure> {
    let id: TeamQueueId = path.1.parse().map_err(|_| missing("team_queue"))?;
    let known = Known::load(app, desk).await?;
    let found = known.queues.iter().find(|queue| queue.id == id).cloned();
    Ok((known, found.ok_or_else(|| missing("team_queue"))?))
}

fn one(visit: &Visit, desk: &Desk, found: &TeamQueue, form: Fields) -> One {
    One {
        page: visit.page_of(desk, "nav-queues").titled(found.name.clone()),
        base: desk.path(""),
        id: found.id.0,
        form,
    }
}

/// One of them.
pub async fn show(visit: Visit, desk: Desk, app: web::Data<App>, path: At) -> Answer {
    let (known, found) = of_path(&app, &desk, &path).await?;
    let form = known.form(&visit, &known.draft(&found), None);
    answers::page(&one(&visit, &desk, &found, form))
}

/// Changes it.
pub async fn change(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: At,
    Form(input): Form<Input>,
) -> Answer {
    let (known, found) = of_path(&app, &desk, &path).await?;
    let (account, id, draft) = (desk.account.id, found.id, drafted(&input));
    let wanted = draft.clone();
    match app.write(move |tx| team_queues::change(tx, account, id, &wanted)).await {
        Ok(()) => Ok(answers::see_other(desk.path("/queues?done=queue-saved"))),
        Err(error) => {
            let fault = visit.speech.fault(error)?;
            let form = known.form(&visit, &draft, Some(&fault));
            answers::again(&one(&visit, &desk, &found, form))
        }
    }
}

/// Puts it before the one that stands before it.
pub async fn move_up(
    desk: Desk,
    app: web::Data<App>,
    path: At,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (_, found) = of_path(&app, &desk, &path).await?;
    let account = desk.account.id;
    app.write(move |tx| team_queues::move_up(tx, account, found.id)).await?;
    Ok(answers::see_other(desk.path("/queues?done=queue-saved")))
}

/// Asks before it is removed.
pub async fn confirm_remove(visit: Visit, desk: Desk, app: web::Data<App>, path: At) -> Answer {
    let (_, found) = of_path(&app, &desk, &path).await?;
    let title = [("name", found.name.clone().into())];
    answers::page(&Confirm {
        page: visit
            .page_of(&desk, "nav-queues")
            .titled(visit.speech.with("queue-remove-title", &title)),
        text: visit.speech.say("queue-remove-text"),
        action: visit.speech.say("remove"),
        back: desk.path(&format!("/queues/{}", found.id)),
    })
}

/// Removes it.
pub async fn remove(
    desk: Desk,
    app: web::Data<App>,
    path: At,
    Form(Nothing {}): Form<Nothing>,
) -> Answer {
    let (_, found) = of_path(&app, &desk, &path).await?;
    let account = desk.account.id;
    app.write(move |tx| team_queues::remove(tx, account, found.id)).await?;
    Ok(answers::see_other(desk.path("/queues?done=queue-removed")))
}
