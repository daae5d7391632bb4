//! The queues of the inbox: which conversations, in which order, and how many.
use crier_core::Timestamp;
use crier_core::cases::{Queue, Sort};
use crier_core::ids::{MemberId, TeamQueueId};
use serde::Deserialize;

use crate::agents::attending::Shift;
use crate::agents::showing::{Offer, offers};
use crate::gate::Desk;
use crate::numbers::counted;
use crate::visits::Visit;

/// A part of the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(from = "String")]
pub enum Tab {
    /// Open conversations nobody has.
    Unassigned,
    /// Those that whoever looks has.
    Mine,
    /// Whose followers wait for an answer.
    Waiting,
    /// Those of a queue of the account's own.
    Team(TeamQueueId),
    /// What is done.
    Done,
    /// Every conversation.
    #[default]
    All,
}

impl From<String> for Tab {
    fn from(word: String) -> Self {
        if let Some(id) = word.strip_prefix(TEAM).and_then(|id| id.parse().ok()) {
            return Self::Team(id);
        }
        TABS.into_iter().find(|tab| tab.word() == word).unwrap_or_default()
    }
}

/// How the word of a queue of the account's own begins; its id follows.
const TEAM: &str = "queue-";

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    /// Who waits longest first, and nobody else.
    Wait,
    /// What nobody has read, and nothing else.
    Unread,
    /// What moved last first.
    #[default]
    #[serde(other)]
    Newest,
}

const TABS: [Tab; 5] = [Tab::Waiting, Tab::Mine, Tab::Unassigned, Tab::All, Tab::Done];
/// Tabs that stand before the account's own queues.
const PLAIN: usize = 3;
const ORDERS: [Order; 3] = [Order::Newest, Order::Wait, Order::Unread];

impl Tab {
    /// Its word in addresses.
    fn value(self) -> String {
        match self {
            Self::Team(id) => format!("{TEAM}{id}"),
            other => other.word().to_owned(),
        }
    }

    /// Its word in messages.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unassigned => "unassigned",
            Self::Mine => "mine",
            Self::Waiting => "waiting",
            Self::Team(_) => "team",
            Self::Done => "done",
            Self::All => "all",
        }
    }

    /// The queue it shows to a member.
    pub const fn queue(self, me: MemberId) -> Queue {
        match self {
            Self::Unassigned => Queue::Unassigned,
            Self::Mine => Queue::Of(me),
            Self::Waiting => Queue::Waiting,
            Self::Team(id) => Queue::Team(id),
            Self::Done => Queue::Done,
            Self::All => Queue::All,
        }
    }
}

impl Order {
    const fn word(self) -> &'static str {
        match self {
            Self::Wait => "wait",
            Self::Unread => "unread",
            Self::Newest => "newest",
        }
    }

    /// The same to the domain.
    pub const fn sort(self) -> Sort {
        match self {
            Self::Wait => Sort::Waiting,
            Self::Unread => Sort::Unread,
            Self::Newest => Sort::Newest,
        }
    }
}

/// What an address carries to stay in a tab and its order.
pub fn query(tab: Tab, order: Order) -> String {
    let mut parts = Vec::new();
    if tab != Tab::All {
        parts.push(format!("tab={}", tab.value()));
    }
    if order != Order::Newest {
        parts.push(format!("sort={}", order.word()));
    }
    if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
}

/// One tab of the list, or one of its orders.
pub struct TabLink {
    pub href: String,
    pub label: String,
    /// How many, up to [`MOST_COUNTED`].
    pub count: i64,
    /// The same as it is shown.
    pub shown: String,
    pub current: bool,
}

/// The head of the list: the tabs, their orders, and whether the agent is there.
pub struct Head {
    pub tabs: Vec<TabLink>,
    pub orders: Vec<TabLink>,
    /// Where whoever is an agent says whether they are there, and whether they are.
    pub presence: Option<Presence>,
    pub offers: Vec<Offer>,
    /// Where conversations are searched.
    pub search: String,
}

/// Whether an agent is there.
pub struct Presence {
    pub path: String,
    pub back: String,
    pub online: bool,
    pub text: String,
}

impl Head {
    /// The head as whoever looks sees it.
    pub fn new(
        visit: &Visit,
        desk: &Desk,
        shift: &Shift,
        (tab, order): (Tab, Order),
        now: Timestamp,
    ) -> Self {
        let speech = &visit.speech;
        let here = desk.path("/inbox");
        let link = |of: Tab, by: Order, label: String, count: i64, current: bool| TabLink {
            href: format!("{here}{}", query(of, by)),
            label,
            count,
            shown: counted(count),
            current,
        };
        let count = |of: Tab| match of {
            Tab::Waiting => shift.counts.waiting,
            Tab::Mine => shift.counts.mine,
            Tab::Unassigned => shift.counts.unassigned,
            Tab::Team(_) | Tab::All | Tab::Done => 0,
        };
        let mut tabs: Vec<TabLink> = TABS
            .into_iter()
            .map(|of| {
                let label = speech.say(&format!("inbox-{}", of.word()));
                link(of, Order::Newest, label, count(of), of == tab)
            })
            .collect();
        let teams = shift.queues.iter().map(|(queue, unread)| {
            let of = Tab::Team(queue.id);
            link(of, Order::Newest, queue.name.clone(), *unread, of == tab)
        });
        // Before the two that show everything.
        tabs.splice(PLAIN..PLAIN, teams.collect::<Vec<_>>());
        // Who waits is always sorted by how long.
        let orders = ORDERS.into_iter().filter(|_| tab != Tab::Waiting && tab != Tab::Done);
        let orders = orders.map(|by| {
            let label = speech.say(&format!("inbox-sort-{}", by.word()));
            link(tab, by, label, 0, by == order)
        });
        Self {
            tabs,
            orders: orders.collect(),
            presence: presence(visit, desk, shift),
            offers: offers(visit, desk, &shift.all, now),
            search: desk.path("/search"),
        }
    }

    /// Which leads back to this address.
    #[must_use]
    pub fn returning(mut self, path: &str) -> Self {
        if let Some(presence) = &mut self.presence {
            path.clone_into(&mut presence.back);
        }
        self
    }
}

fn presence(visit: &Visit, desk: &Desk, shift: &Shift) -> Option<Presence> {
    let me = shift.me.as_ref()?;
    let key = if me.online { "presence-online" } else { "presence-offline" };
    Some(Presence {
        path: desk.path("/agents/online"),
        back: String::new(),
        online: me.online,
        text: visit.speech.with(key, &[("name", me.nickname.clone().into())]),
    })
}
