//! Toasts: what was just done, said in the page's live region. Whoever has done something sees the
//! next page with `?done=KEY`; where htmx asked, the script takes the toast out of that page.
use askama::Template;
use askama::filters::HtmlSafe;

use crate::words::Speech;

/// One toast.
#[derive(Debug, Clone, Template)]
#[template(path = "console/toast.html")]
pub struct Toast {
    /// `is-ok`, `is-warn` or `is-bad`.
    tone: &'static str,
    text: String,
    /// What its button is called.
    dismiss: String,
    /// The page without it, for browsers without script.
    without: String,
}

/// It escapes what is in it itself.
impl HtmlSafe for Toast {}

impl Toast {
    /// Something went well.
    pub fn done(speech: &Speech, text: String) -> Self {
        let (dismiss, without) = (speech.say("dismiss"), String::new());
        Self { tone: "is-ok", text, dismiss, without }
    }

    /// On the page of this address.
    pub fn on(self, path: &str) -> Self {
        let (page, query) = path.split_once('?').unwrap_or((path, ""));
        let rest: Vec<&str> = query
            .split('&')
            .filter(|part| !part.is_empty() && !part.starts_with("done="))
            .collect();
        let query = if rest.is_empty() { String::new() } else { format!("?{}", rest.join("&")) };
        Self { without: format!("{page}{query}"), ..self }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crier_core::mails::Language;

    use super::*;
    use crate::words::Words;

    #[test]
    fn a_toast_says_where_the_page_is_without_it() {
        let speech = Speech::new(Arc::new(Words::load()), Language::English);
        let toast = Toast::done(&speech, "Saved <b>.".into());
        let without = |path| toast.clone().on(path).without;
        assert_eq!(without("/console?done=saved"), "/console");
        assert_eq!(without("/console/team?tab=2&done=saved&x=1"), "/console/team?tab=2&x=1");
        assert!(toast.render().unwrap().contains("Saved &#60;b&#62;."));
    }
}
