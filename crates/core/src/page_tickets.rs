//! Page tickets: what web pages of an account sign with, so that the host app may lend them its
//! abilities (`reference/wechat-api.md` 2.12).
use crier_schema::Timestamp;
use crier_schema::ids::AccountId;
use sha1::{Digest as _, Sha1};

use crate::App;
use crate::access_tokens::{Issued, LASTS};
use crate::mint::fingerprint;
use crate::vault::mac;

/// Tickets back to which a signature is told to be out of date rather than wrong: a day.
const REMEMBERED: i64 = 12;

/// What a page says of itself, signed by its backend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// What the backend made up.
    pub nonce: String,
    /// When it signed, in seconds since 1970, as it wrote them.
    pub timestamp: String,
    /// The page's address. What stands after `#` counts for nothing.
    pub url: String,
    /// The signature: 40 hex digits.
    pub signature: String,
}

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was made with the account's ticket, or the one before it.
    Valid,
    /// It was made with an older ticket.
    TicketExpired,
    /// It was made of other values, or with what never was a ticket of the account.
    Wrong,
}

impl App {
    /// What web pages of the account sign with: the same for two hours. It follows from the
    /// installation's key, so every node gives the same.
    pub fn page_ticket(&self, account: AccountId) -> Issued {
        let period = self.ticket_period();
        let expires_at = Timestamp::from_seconds((period + 1) * LASTS.num_seconds());
        Issued { token: self.ticket_of(account, period), expires_at }
    }

    /// What a page's signature is worth. The ticket before the present one counts: pages and their
    /// backends keep what they have signed for a while.
    pub fn check_page(&self, account: AccountId, signed: &Signed) -> Verdict {
        let now = self.ticket_period();
        let made_with = |ago: &i64| {
            let ticket = self.ticket_of(account, now - ago);
            let expected = signature(&ticket, &signed.nonce, &signed.timestamp, &signed.url);
            // Compared by fingerprint, so that the time it takes tells nothing.
            fingerprint(&expected) == fingerprint(&signed.signature.to_ascii_lowercase())
        };
        match (0..=REMEMBERED).find(made_with) {
            Some(0 | 1) => Verdict::Valid,
            Some(_) => Verdict::TicketExpired,
            None => Verdict::Wrong,
        }
    }

    fn ticket_period(&self) -> i64 {
        self.clock.now().seconds().div_euclid(LASTS.num_seconds())
    }

    fn ticket_of(&self, account: AccountId, period: i64) -> String {
        let key = self.vault.derive("page-ticket");
        hex::encode(mac(&key, format!("{account}:{period}").as_bytes()))
    }
}

/// The signature of these values: SHA-1 as hex, of names in order and values as they are.
pub fn signature(ticket: &str, nonce: &str, timestamp: &str, url: &str) -> String {
    let url = url.split('#').next().unwrap_or_default();
    let signed = format!("jsapi_ticket={ticket}&noncestr={nonce}&timestamp={timestamp}&url={url}");
    hex::encode(Sha1::digest(signed.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_example_is_signed_alike() {
        let ticket = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg";
        let signed = |url| signature(ticket, "Wm3WZYTPz0wzccnW", "1414587457", url);
        let expected = "0f9de62fce790f9a083d5c99e95740ceb90c27ed";
        assert_eq!(signed("http://mp.weixin.qq.com?params=value"), expected);
        assert_eq!(signed("http://mp.weixin.qq.com?params=value#top"), expected);
        assert_ne!(signed("http://mp.weixin.qq.com?params=values"), expected);
    }
}
