//! What makes pages live: a stream that says which parts of a page have changed. It carries no
//! content; the page asks for that with its own rights.
use std::collections::BTreeSet;
use std::time::Duration;

use actix_web::web;
use crier_core::App;
use crier_core::content::Sender;
use crier_core::tx::{Live, News};
use crier_http::sse;
use tokio::sync::mpsc::Receiver;

use crate::answers::Answer;
use crate::gate::Desk;

/// News within this time are told together: a busy account has hundreds a second.
const GATHER: Duration = Duration::from_millis(250);

/// Opens an account's stream.
pub async fn open(desk: Desk, app: web::Data<App>) -> Answer {
    let (sender, answer) = sse::open();
    let news = app.hub.of_account(desk.account.id);
    actix_web::rt::spawn(forward(news, sender));
    Ok(answer)
}

async fn forward(mut news: Receiver<Live>, sender: sse::Sender) {
    // What happened between the page, or the stream before, and this one was told to nobody.
    let mut topics = BTreeSet::from(["again".to_owned()]);
    loop {
        for topic in std::mem::take(&mut topics) {
            if sender.send(sse::frame(&topic, Some("1"), "-")).await.is_err() {
                return;
            }
        }
        tokio::select! {
            () = sender.gone() => return,
            first = news.recv() => match first {
                Some(first) => topics.extend(changed(&first)),
                None => return,
            },
        }
        tokio::time::sleep(GATHER).await;
        while let Ok(more) = news.try_recv() {
            topics.extend(changed(&more));
        }
    }
}

/// The parts of pages that a piece of news changes.
fn changed(live: &Live) -> Vec<String> {
    let of = |follower: crier_core::ids::FollowerId| {
        vec!["conversations".into(), format!("conversation-{follower}"), "deliveries".into()]
    };
    match &live.news {
        News::Message(message) if message.sender == Sender::Follower => {
            let presence = format!("presence-{}", message.follower_id);
            of(message.follower_id).into_iter().chain([presence]).collect()
        }
        News::Message(message) => of(message.follower_id),
        News::Moved { follower, .. } => of(*follower),
        News::Read { follower, .. } => vec![format!("conversation-{follower}")],
        News::Attending { follower, .. } => vec![format!("presence-{follower}")],
        News::Delivery { .. } => vec!["deliveries".into()],
        News::Broadcast { .. }
        | News::Withdrawn { .. }
        | News::Following { .. }
        | News::Typing { .. } => Vec::new(),
    }
}
