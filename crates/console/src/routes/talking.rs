//! Talking with followers: the inbox and agents, and what answers by itself.
use crier_core::members::Permission::{Agents, AutoReplies, Comments, Inbox};

use super::{Table, get, post};
use crate::agents::attending;
use crate::agents::changing;
use crate::agents::showing as agents;
use crate::articles::comments;
use crate::articles::curation;
use crate::auto_replies;
use crate::auto_replies::actions as replying;
use crate::conversations;
use crate::desk::canned;
use crate::desk::composing;
use crate::desk::later;
use crate::desk::mentions;
use crate::desk::notes;
use crate::desk::notices;
use crate::desk::presence;
use crate::desk::searching;
use crate::desk::settings as desking;
use crate::desk::team_queues;
use crate::gate::Who::Account;
use crate::inbox;

/// Registers them.
#[rustfmt::skip]
pub fn table(cfg: &mut Table<'_>) {
    cfg
        .service(get ("/accounts/{handle}/inbox", Account(Inbox), inbox::show))
        .service(get ("/accounts/{handle}/inbox/{follower}", Account(Inbox), conversations::show))
        .service(post("/accounts/{handle}/inbox/{follower}", Account(Inbox), conversations::reply))
        .service(post("/accounts/{handle}/inbox/{follower}/card", Account(Inbox), composing::card))
        .service(post("/accounts/{handle}/inbox/{follower}/file", Account(Inbox), composing::file))
        .service(post("/accounts/{handle}/inbox/{follower}/notice", Account(Inbox), notices::send))
        .service(post("/accounts/{handle}/inbox/{follower}/note", Account(Inbox), notes::add))
        .service(post("/accounts/{handle}/inbox/{follower}/later/{later}/cancel", Account(Inbox), later::cancel))
        .service(get ("/accounts/{handle}/inbox/{follower}/presence", Account(Inbox), presence::show))
        .service(post("/accounts/{handle}/inbox/{follower}/presence", Account(Inbox), presence::tell))
        .service(get ("/accounts/{handle}/search", Account(Inbox), searching::show))
        .service(get ("/accounts/{handle}/mentions", Account(Inbox), mentions::list))
        .service(get ("/accounts/{handle}/canned", Account(Inbox), canned::list))
        .service(post("/accounts/{handle}/canned", Account(Inbox), canned::add))
        .service(get ("/accounts/{handle}/canned/{canned}", Account(Inbox), canned::show))
        .service(post("/accounts/{handle}/canned/{canned}", Account(Inbox), canned::change))
        .service(get ("/accounts/{handle}/canned/{canned}/remove", Account(Inbox), canned::confirm_remove))
        .service(post("/accounts/{handle}/canned/{canned}/remove", Account(Inbox), canned::remove))
        .service(get ("/accounts/{handle}/queues", Account(Agents), team_queues::list))
        .service(post("/accounts/{handle}/queues", Account(Agents), team_queues::add))
        .service(get ("/accounts/{handle}/queues/{queue}", Account(Agents), team_queues::show))
        .service(post("/accounts/{handle}/queues/{queue}", Account(Agents), team_queues::change))
        .service(post("/accounts/{handle}/queues/{queue}/up", Account(Agents), team_queues::move_up))
        .service(get ("/accounts/{handle}/queues/{queue}/remove", Account(Agents), team_queues::confirm_remove))
        .service(post("/accounts/{handle}/queues/{queue}/remove", Account(Agents), team_queues::remove))
        .service(get ("/accounts/{handle}/desk", Account(Agents), desking::show))
        .service(post("/accounts/{handle}/desk", Account(Agents), desking::change))
        .service(get ("/accounts/{handle}/comments", Account(Comments), curation::list))
        .service(post("/accounts/{handle}/comments", Account(Comments), curation::change))
        .service(get ("/accounts/{handle}/comments/articles", Account(Comments), comments::list))
        .service(get ("/accounts/{handle}/comments/{article}", Account(Comments), comments::under))
        .service(post("/accounts/{handle}/comments/{article}", Account(Comments), comments::change))
        .service(post("/accounts/{handle}/comments/{article}/open", Account(Comments), comments::set_open))
        .service(get ("/accounts/{handle}/auto-replies", Account(AutoReplies), auto_replies::show))
        .service(get ("/accounts/{handle}/auto-replies/new", Account(AutoReplies), replying::new))
        .service(post("/accounts/{handle}/auto-replies/new", Account(AutoReplies), replying::create))
        .service(get ("/accounts/{handle}/auto-replies/{rule}", Account(AutoReplies), replying::show))
        .service(post("/accounts/{handle}/auto-replies/{rule}", Account(AutoReplies), replying::change))
        .service(post("/accounts/{handle}/auto-replies/{rule}/switch", Account(AutoReplies), replying::switch))
        .service(get ("/accounts/{handle}/auto-replies/{rule}/remove", Account(AutoReplies), replying::confirm_remove))
        .service(post("/accounts/{handle}/auto-replies/{rule}/remove", Account(AutoReplies), replying::remove))
        .service(post("/accounts/{handle}/inbox/{follower}/agent", Account(Inbox), attending::act))
        .service(get ("/accounts/{handle}/agents", Account(Inbox), agents::list))
        .service(post("/accounts/{handle}/agents", Account(Agents), agents::add))
        .service(post("/accounts/{handle}/agents/online", Account(Inbox), attending::set_online))
        .service(get ("/accounts/{handle}/agents/{agent}", Account(Agents), changing::show))
        .service(post("/accounts/{handle}/agents/{agent}", Account(Agents), changing::rename))
        .service(post("/accounts/{handle}/agents/{agent}/picture", Account(Agents), changing::set_picture))
        .service(post("/accounts/{handle}/agents/{agent}/invite", Account(Agents), changing::invite))
        .service(post("/accounts/{handle}/agents/{agent}/bind", Account(Agents), changing::bind))
        .service(post("/accounts/{handle}/agents/{agent}/unbind", Account(Agents), changing::unbind))
        .service(get ("/accounts/{handle}/agents/{agent}/remove", Account(Agents), changing::confirm_remove))
        .service(post("/accounts/{handle}/agents/{agent}/remove", Account(Agents), changing::remove))
        .service(post("/accounts/{handle}/agents/{agent}/accept", Account(Inbox), changing::accept))
        .service(post("/accounts/{handle}/agents/{agent}/decline", Account(Inbox), changing::decline));
}
