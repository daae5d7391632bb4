//! Asking again before something that cannot be undone.
use askama::Template;

use crate::pages::Page;

/// A page that asks again before something is done.
#[derive(Template)]
#[template(path = "console/confirm.html")]
pub struct Confirm {
    /// The frame; its title is the question.
    pub page: Page,
    /// What would follow.
    pub text: String,
    /// What the button says.
    pub action: String,
    /// Where to go instead.
    pub back: String,
}
