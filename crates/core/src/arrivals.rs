//! How somebody came to an account: kept with the follower for as long as they follow.
use crier_schema::ids::{AccountId, UserId};
use crier_schema::text_enum;

use crate::accounts::Account;
use crate::error::Result;
use crate::facts::Scene;
use crate::followers::{self, Follower};
use crate::roster::Roster;
use crate::scene_codes;
use crate::tx::Tx;
use crate::vault::Vault;

text_enum! {
    /// Where somebody came from.
    pub enum Source {
        /// The host app's search or directory.
        Search = "search",
        /// A scene: a code, or a link that names one.
        Scene = "scene",
        /// Another person's recommendation.
        Card = "card",
        /// An article.
        Article = "article",
        /// A payment.
        Payment = "payment",
        /// Somewhere else.
        Other = "other",
    }
}

/// How somebody says that they come.
#[derive(Debug, Clone, Copy)]
pub struct How<'a> {
    /// The ticket of a scene code, or a scene of 1 to 64 characters.
    pub scene: Option<&'a str>,
    /// Where they come from, unless by a scene.
    pub source: Source,
}

/// How somebody comes, looked up.
#[derive(Debug, Clone)]
pub(crate) struct Arrival {
    pub source: Source,
    pub scene: Option<Scene>,
    /// Whether the scene is a number: of a code that was made for one.
    pub numeric: bool,
}

impl Arrival {
    /// Of somebody who does not follow, and only signs in.
    pub const fn stranger() -> Self {
        Self { source: Source::Other, scene: None, numeric: false }
    }

    /// Looks up the scene, if one is named.
    ///
    /// # Errors
    /// [`crate::Error::Invalid`] for `scene`.
    pub fn resolve(tx: &mut Tx<'_>, account: AccountId, how: How<'_>) -> Result<Self> {
        let Some(named) = how.scene else {
            return Ok(Self { source: how.source, scene: None, numeric: false });
        };
        let (scene, numeric) = scene_codes::resolve(tx, account, named)?;
        Ok(Self { source: Source::Scene, scene: Some(scene), numeric })
    }

    /// The scene's value.
    pub fn value(&self) -> Option<&str> {
        self.scene.as_ref().map(|scene| scene.value.as_str())
    }

    /// The code's ticket.
    pub fn ticket(&self) -> Option<&str> {
        self.scene.as_ref().and_then(|scene| scene.ticket.as_deref())
    }
}

/// Follows. Following again changes nothing, but a scene then counts as a scan.
///
/// # Errors
/// As [`followers::follow_by`].
pub fn follow(
    tx: &mut Tx<'_>,
    vault: &Vault,
    roster: &Roster,
    account: &Account,
    user: UserId,
    scene: Option<&str>,
) -> Result<Follower> {
    followers::follow_by(tx, vault, roster, account, user, How { scene, source: Source::Search })
}
