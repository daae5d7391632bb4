//! A notice from within a conversation: made from one of the account's templates. It needs no reply
//! window.
use actix_web::web;
use crier_core::App;
use crier_core::rights::Right;
use crier_core::templates::{self, Notice, Template, Value};

use super::composing::{Refused, after};
use super::follower_of;
use crate::answers::Answer;
use crate::forms::Form;
use crate::gate::Desk;
use crate::visits::Visit;

/// A template, with a field for each of its places.
pub struct Offered {
    pub key: String,
    pub title: String,
    pub blanks: Vec<Blank>,
    /// Whether it is the one that was filled in.
    pub is_chosen: bool,
}

/// One place of a template.
pub struct Blank {
    pub name: String,
    pub label: String,
    pub is_optional: bool,
    pub value: String,
}

/// What was filled in: the template's key as `template`, and its places by their names.
#[derive(Debug, Clone, Default)]
pub struct Written(Vec<(String, String)>);

impl Written {
    fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(field, _)| field == name).map_or("", |(_, value)| value)
    }

    fn notice(&self) -> Notice {
        let values = self.0.iter().filter_map(|(field, text)| {
            let name = field.strip_prefix("place-")?.to_owned();
            Some((name, Value { text: text.trim().to_owned(), color: None }))
        });
        Notice {
            template: self.value("template").to_owned(),
            values: values.collect(),
            url: None,
            mini_program: None,
            client_id: Some(
                format!("console:{}", self.value("client_id")).chars().take(40).collect(),
            ),
        }
    }
}

/// The templates, with what was filled in.
pub fn offered(templates: &[Template], written: &Written) -> Vec<Offered> {
    let usable = templates.iter().filter(|template| !template.banned);
    let offered = usable.map(|template| {
        let is_chosen = written.value("template") == template.template_key;
        let blank = |place: templates::Place| Blank {
            value: if is_chosen { written.value(&format!("place-{}", place.name)) } else { "" }
                .to_owned(),
            label: if place.label.is_empty() { place.name.clone() } else { place.label },
            name: place.name,
            is_optional: place.is_optional,
        };
        Offered {
            key: template.template_key.clone(),
            title: template.title.clone(),
            blanks: templates::places(&template.content).into_iter().map(blank).collect(),
            is_chosen,
        }
    });
    offered.collect()
}

/// Sends one.
pub async fn send(
    visit: Visit,
    desk: Desk,
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Answer {
    let follower = follower_of(&path)?;
    desk.account.may(Right::Templates)?;
    let written = Written(fields);
    let (account, roster, notice) = (desk.account.id, app.roster.clone(), written.notice());
    let sent = app.write(move |tx| {
        if crier_core::conversations::get(tx.conn, follower)?.account_id != account {
            return Err(crier_core::Error::NotFound("conversation"));
        }
        templates::send(tx, &roster, account, follower, &notice).map(drop)
    });
    let refused = Refused { notice: written, ..Refused::default() };
    after(&visit, &desk, &app, follower, (sent.await, "notice".into()), refused).await
}
