//! What an account may do, by kind and verification: `reference/wechat-api.md` 5.4 as data.
use crier_schema::text_enum;

text_enum! {
    /// The two kinds of official account.
    pub enum Kind {
        /// Content: folded with others in the follower's list, one broadcast a day.
        Subscription = "subscription",
        /// An organisation: in the main list, four broadcasts a month for each follower.
        Service = "service",
    }
}

text_enum! {
    /// Something an account may or may not do.
    pub enum Right {
        /// Receive messages, answer them passively, hold tokens.
        Basics = "basics",
        /// Set the menu through the API.
        Menu = "menu",
        /// Set menus for some followers.
        ConditionalMenus = "conditional_menus",
        /// Send to a follower inside the reply window.
        CustomSend = "custom_send",
        /// Broadcast to everybody or a tag.
        Broadcast = "broadcast",
        /// Broadcast to a list of followers.
        BroadcastList = "broadcast_list",
        /// Read and manage followers.
        Audience = "audience",
        /// Store media.
        Media = "media",
        /// Write and publish articles.
        Articles = "articles",
        /// Have comments under articles.
        Comments = "comments",
        /// Send template messages.
        Templates = "templates",
        /// Ask users for leave to send them one message.
        OneTime = "one_time",
        /// Sign followers in on web pages.
        WebSignIn = "web_sign_in",
        /// Be told where followers are.
        Location = "location",
        /// Make scene codes.
        SceneCodes = "scene_codes",
        /// Shorten links and data.
        ShortKeys = "short_keys",
        /// Send messages with a choice menu.
        ChoiceMenu = "choice_menu",
        /// Have agents who answer followers one by one.
        Agents = "agents",
        /// Read its figures.
        Figures = "figures",
    }
}

impl Right {
    /// Whether followers are reached by it: an account that the platform has stopped keeps what it may
    /// read and prepare.
    pub const fn reaches_followers(self) -> bool {
        matches!(
            self,
            Self::CustomSend
                | Self::Broadcast
                | Self::BroadcastList
                | Self::Templates
                | Self::OneTime
                | Self::WebSignIn
                | Self::ChoiceMenu
        )
    }
}

/// Rows: right, then whether (subscription unverified, subscription verified, service unverified,
/// service verified) has it.
const TABLE: &[(Right, [bool; 4])] = &[
    (Right::Basics, [true, true, true, true]),
    (Right::Menu, [false, true, true, true]),
    (Right::ConditionalMenus, [false, true, false, true]),
    (Right::CustomSend, [false, true, false, true]),
    (Right::Broadcast, [false, true, false, true]),
    (Right::BroadcastList, [false, false, false, true]),
    (Right::Audience, [false, true, false, true]),
    (Right::Media, [false, true, false, true]),
    (Right::Articles, [false, true, false, true]),
    (Right::Comments, [false, true, false, true]),
    (Right::Templates, [false, false, false, true]),
    (Right::OneTime, [false, true, false, true]),
    (Right::WebSignIn, [false, false, false, true]),
    (Right::Location, [false, false, false, true]),
    (Right::SceneCodes, [false, false, false, true]),
    (Right::ShortKeys, [false, false, false, true]),
    (Right::ChoiceMenu, [false, false, false, true]),
    (Right::Agents, [false, false, false, true]),
    (Right::Figures, [false, true, false, true]),
];

/// Whether an account of this kind and verification has the right.
pub fn allows(kind: Kind, verified: bool, right: Right) -> bool {
    let column = match (kind, verified) {
        (Kind::Subscription, false) => 0,
        (Kind::Subscription, true) => 1,
        (Kind::Service, false) => 2,
        (Kind::Service, true) => 3,
    };
    TABLE.iter().any(|(row, columns)| *row == right && columns[column])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_right_has_a_row() {
        for right in Right::ALL {
            assert!(allows(Kind::Service, true, *right), "{right}");
        }
    }

    #[test]
    fn a_subscription_account_sends_no_templates() {
        assert!(!allows(Kind::Subscription, true, Right::Templates));
        assert!(allows(Kind::Subscription, true, Right::Menu));
        assert!(!allows(Kind::Subscription, false, Right::Menu));
    }
}
