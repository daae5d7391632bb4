//! Words that never answer, because an earlier rule has them.
use crier_schema::ids::AutoReplyId;

use super::{AutoReply, Kind, Match};

/// A word of a rule that another rule always answers first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shadow {
    /// The rule whose word it is.
    pub rule: AutoReplyId,
    /// The word.
    pub word: String,
    /// The rule that answers instead.
    pub by: AutoReplyId,
}

/// The words of these rules, in their order, that never answer. Only rules that are on count.
pub fn shadows(rules: &[AutoReply]) -> Vec<Shadow> {
    let words = |rule: &AutoReply| -> Vec<(Match, String, String)> {
        let each = rule.keywords.0.iter();
        each.map(|one| (one.match_mode, one.text.to_lowercase(), one.text.clone())).collect()
    };
    let on: Vec<&AutoReply> =
        rules.iter().filter(|rule| rule.enabled && rule.kind == Kind::Keyword).collect();
    let mut earlier: Vec<(AutoReplyId, Match, String)> = Vec::new();
    let mut found = Vec::new();
    for rule in on {
        let own = words(rule);
        for (how, word, said) in &own {
            let takes = |(_, other, wider): &&(AutoReplyId, Match, String)| match other {
                Match::Contain => word.contains(wider.as_str()),
                Match::Equal => *how == Match::Equal && word == wider,
            };
            if let Some((by, ..)) = earlier.iter().find(takes) {
                found.push(Shadow { rule: rule.id, word: said.clone(), by: *by });
            }
        }
        earlier.extend(own.into_iter().map(|(how, word, _)| (rule.id, how, word)));
    }
    found
}
