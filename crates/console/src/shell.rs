//! The shell around a page: the navigation with where we are in it, the way here, and the switcher
//! between accounts and brands.
use crier_core::accounts::Account;
use crier_core::members::Seat;

use crate::fields::Choice;
use crate::gate::{Desk, Staff};
use crate::home::initial;
use crate::nav::{self, Row};
use crate::numbers::waiting;
use crate::visits::Visit;

/// Accounts and brands that the switcher shows before it points at the search.
pub const NEAR: usize = 8;

/// What stands around a page.
pub struct Shell {
    /// The parts of the navigation.
    pub groups: Vec<Group>,
    /// The account or brand we are in, and the others.
    pub switcher: Switcher,
    /// Who is signed in.
    pub member: String,
    /// The letter that stands for them.
    pub initial: String,
    /// Where the list of all places is, for where we are.
    pub go: String,
    /// The way here: each page above this one.
    pub trail: Vec<Step>,
}

/// One part of the navigation.
pub struct Group {
    /// Its heading; the first has none.
    pub title: String,
    /// Its links.
    pub links: Vec<Link>,
}

impl Group {
    /// Whether we are in it.
    fn is_current(&self) -> bool {
        self.links.iter().any(|link| link.current)
    }
}

impl Shell {
    /// Whether a part is open where parts fold: the one we are in, or all where we are in none.
    pub fn is_open(&self, group: &Group) -> bool {
        let mut titled = self.groups.iter().filter(|group| !group.title.is_empty());
        group.is_current() || !titled.any(Group::is_current)
    }
}

/// One link of the navigation.
pub struct Link {
    /// Where to.
    pub href: String,
    /// Its icon, as a path.
    pub icon: &'static str,
    /// What it says.
    pub label: String,
    /// The letter that leads there after `g`.
    pub letter: &'static str,
    /// Whether this is where we are.
    pub current: bool,
    /// How much waits there, if anything: as a number and in words.
    pub waiting: Option<(String, String)>,
}

/// One step of the way here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Where to.
    pub href: String,
    /// What it says.
    pub label: String,
}

/// Which account or brand we are in, and which there are.
pub struct Switcher {
    /// The letter that stands for it.
    pub initial: String,
    /// Its name.
    pub name: String,
    /// Its kind, or that it is a brand.
    pub note: String,
    /// The brand's name.
    pub brand: String,
    /// The brand's accounts, as many as fit.
    pub accounts: Vec<Near>,
    /// Whether there are more.
    pub has_more: bool,
    /// Other brands, as many as fit.
    pub others: Vec<Choice>,
}

/// An account to switch to.
pub struct Near {
    /// Where to.
    pub href: String,
    /// The letter that stands for it.
    pub initial: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub note: String,
    /// Whether we are in it.
    pub current: bool,
}

impl Visit {
    /// The shell of a page of the member's own, or of the brand being looked at.
    pub(crate) fn shell(&self) -> Shell {
        let member = self.session.as_ref().map(|session| session.member.clone());
        let staff = member.zip(self.seat().cloned()).map(|(member, seat)| Staff { member, seat });
        let home = Group { title: String::new(), links: vec![self.home()] };
        self.around(staff.as_ref(), None, vec![home])
    }

    /// The shell of a page of one account.
    pub(crate) fn shell_of(&self, desk: &Desk) -> Shell {
        let overview = self.exactly(desk.path(""), "nav-overview", &nav::OVERVIEW);
        let home = Group { title: String::new(), links: vec![self.home(), overview] };
        let groups = std::iter::once(home).chain(self.account_groups(desk)).collect();
        self.around(Some(&desk.staff), Some(desk), groups)
    }

    /// The parts of an account that this member may see.
    pub(crate) fn account_groups(&self, desk: &Desk) -> Vec<Group> {
        let part = |(title, rows): &(&str, &[Row])| Group {
            title: self.speech.say(title),
            links: rows.iter().filter_map(|row| self.page_link(desk, row)).collect(),
        };
        nav::ACCOUNT.iter().map(part).collect()
    }

    /// The pages of the brand that this member may see.
    pub(crate) fn brand_group(&self, staff: &Staff) -> Group {
        let title = [("brand", staff.seat.brand.name.clone().into())];
        let rows = nav::BRAND.iter().filter(|row| staff.may(row.permission));
        Group {
            title: self.speech.with("nav-brand", &title),
            links: rows.map(|row| self.beneath(format!("/console{}", row.beneath), row)).collect(),
        }
    }

    /// The pages of those who look after the installation.
    pub(crate) fn platform_group(&self) -> Group {
        let is_admin = self.session.as_ref().is_some_and(|it| it.member.platform_admin);
        let link = |row: &Row| self.beneath(format!("/console{}", row.beneath), row);
        let rows = nav::PLATFORM.iter().filter(|_| is_admin);
        Group { title: self.speech.say("platform"), links: rows.map(link).collect() }
    }

    /// The member's own pages.
    pub(crate) fn own_group(&self) -> Group {
        let name = self.session.as_ref().map(|session| session.member.name.clone());
        let link = |row: &Row| self.beneath(format!("/console{}", row.beneath), row);
        Group { title: name.unwrap_or_default(), links: nav::OWN.iter().map(link).collect() }
    }

    /// What this member may begin here.
    pub(crate) fn begin_group(&self, staff: Option<&Staff>, desk: Option<&Desk>) -> Group {
        let of_account = desk
            .into_iter()
            .flat_map(|desk| nav::BEGIN.iter().filter_map(|row| self.page_link(desk, row)));
        let of_brand = staff.into_iter().flat_map(|staff| {
            let rows = nav::BEGIN_BRAND.iter().filter(|row| staff.may(row.permission));
            rows.map(|row| self.beneath(format!("/console{}", row.beneath), row))
        });
        Group { title: self.speech.say("go-begin"), links: of_account.chain(of_brand).collect() }
    }

    fn around(&self, staff: Option<&Staff>, desk: Option<&Desk>, groups: Vec<Group>) -> Shell {
        let brand = staff.map(|staff| self.brand_group(staff));
        let groups =
            groups.into_iter().chain(brand).chain([self.platform_group(), self.own_group()]);
        let groups: Vec<Group> = groups.filter(|group| !group.links.is_empty()).collect();
        let name = self.session.as_ref().map(|it| it.member.name.clone()).unwrap_or_default();
        let account = desk.map(|desk| format!("?account={}", desk.account.handle));
        Shell {
            trail: self.trail(desk, &groups),
            switcher: self.switcher(staff, desk),
            initial: initial(&name),
            member: name,
            go: format!("/console/go{}", account.unwrap_or_default()),
            groups,
        }
    }

    /// The pages above this one: the accounts, the account, the page of the navigation beneath
    /// which it is.
    fn trail(&self, desk: Option<&Desk>, groups: &[Group]) -> Vec<Step> {
        let here = self.here();
        let account =
            desk.map(|desk| Step { href: desk.path(""), label: desk.account.name.clone() });
        let links = groups.iter().flat_map(|group| &group.links);
        let above = links.filter(|link| link.current && !link.href.is_empty());
        let above = above.map(|link| Step { href: link.href.clone(), label: link.label.clone() });
        let home = Step { href: "/console".into(), label: self.speech.say("nav-accounts") };
        let steps = std::iter::once(home).chain(account).chain(above);
        steps.filter(|step| step.href != here).collect()
    }

    fn switcher(&self, staff: Option<&Staff>, desk: Option<&Desk>) -> Switcher {
        let brand = staff.map(|staff| staff.seat.brand.clone());
        let near = self.neighbours();
        let name = desk.map(|desk| desk.account.name.clone());
        let brand_name = brand.as_ref().map(|brand| brand.name.clone()).unwrap_or_default();
        let name = name.unwrap_or_else(|| brand_name.clone());
        let kind = desk.map(|desk| self.speech.say(&format!("kind-{}", desk.account.kind)));
        let seats = self.session.iter().flat_map(|session| &session.seats);
        let here = brand.map(|brand| brand.id);
        let others = seats.filter(|seat| Some(seat.brand.id) != here).take(NEAR).map(choice);
        Switcher {
            initial: initial(&name),
            name,
            note: kind.unwrap_or_else(|| self.speech.say("nav-brand-here")),
            brand: brand_name,
            accounts: near.iter().take(NEAR).map(|account| self.near(account, desk)).collect(),
            has_more: near.len() > NEAR,
            others: others.collect(),
        }
    }

    /// An account to switch to: the same page of it, where every account has that.
    fn near(&self, account: &Account, desk: Option<&Desk>) -> Near {
        let here = self.here();
        let rows = nav::ACCOUNT.iter().flat_map(|(_, rows)| rows.iter());
        let same = desk.and_then(|desk| {
            let mut open = rows.filter(|row| row.right.is_none());
            open.find(|row| is_beneath(here, &desk.path(row.beneath))).map(|row| row.beneath)
        });
        Near {
            href: format!("/console/accounts/{}{}", account.handle, same.unwrap_or_default()),
            initial: initial(&account.name),
            name: account.name.clone(),
            note: self.speech.say(&format!("kind-{}", account.kind)),
            current: desk.is_some_and(|desk| desk.account.id == account.id),
        }
    }

    fn home(&self) -> Link {
        self.exactly("/console".into(), "nav-accounts", &nav::HOME)
    }

    fn page_link(&self, desk: &Desk, row: &Row) -> Option<Link> {
        let has_right = row.right.is_none_or(|right| desk.account.may(right).is_ok());
        if !has_right || !desk.staff.may(row.permission) {
            return None;
        }
        let link = self.beneath(desk.path(row.beneath), row);
        let elsewhere = !row.also.is_empty() && is_beneath(self.here(), &desk.path(row.also));
        let link = Link { current: link.current || elsewhere, ..link };
        let (count, key) = match row.beneath {
            "/inbox" => (desk.unread, "nav-unread"),
            "/mentions" => (desk.mentions, "nav-mentions-unseen"),
            _ => return Some(link),
        };
        Some(Link { waiting: waiting(&self.speech, key, count), ..link })
    }

    fn here(&self) -> &str {
        self.path.split('?').next().unwrap_or_default()
    }

    fn exactly(&self, href: String, label: &str, row: &Row) -> Link {
        Link {
            current: self.here() == href,
            icon: row.icon,
            label: self.speech.say(label),
            letter: row.letter,
            href,
            waiting: None,
        }
    }

    fn beneath(&self, href: String, row: &Row) -> Link {
        let current = is_beneath(self.here(), &href);
        Link { current, ..self.exactly(href, &row.label(), row) }
    }
}

/// A brand to switch to.
pub fn choice(seat: &Seat) -> Choice {
    Choice { value: seat.brand.id.to_string(), label: seat.brand.name.clone() }
}

fn is_beneath(here: &str, href: &str) -> bool {
    let beneath = here.strip_prefix(href);
    beneath.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
