//! What can be done to buttons that are being designed, without a word about pages.
use crier_core::menus::{Action, Button};

/// Where a button stands: `0`, or `0.1` beneath it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    pub top: usize,
    pub beneath: Option<usize>,
}

impl At {
    /// As an address says it.
    pub fn parse(text: &str) -> Option<Self> {
        match text.split_once('.') {
            None => Some(Self { top: text.parse().ok()?, beneath: None }),
            Some((top, beneath)) => {
                Some(Self { top: top.parse().ok()?, beneath: Some(beneath.parse().ok()?) })
            }
        }
    }

    const fn top(top: usize) -> Self {
        Self { top, beneath: None }
    }
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.beneath {
            None => write!(f, "{}", self.top),
            Some(beneath) => write!(f, "{}.{beneath}", self.top),
        }
    }
}

/// Something to do to the menu, at the button that is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// Nothing but what is filled in.
    Save,
    /// A button more in the bar.
    Add,
    /// A button more beneath this one.
    AddBeneath,
    /// Before the one before.
    Forth,
    /// After the one after.
    Back,
    /// Away.
    Remove,
}

impl Op {
    /// As the form says it.
    pub fn parse(text: &str) -> Self {
        match text {
            "add" => Self::Add,
            "beneath" => Self::AddBeneath,
            "forth" => Self::Forth,
            "back" => Self::Back,
            "remove" => Self::Remove,
            _ => Self::Save,
        }
    }
}

/// The button there.
pub fn button(buttons: &[Button], at: At) -> Option<&Button> {
    let top = buttons.get(at.top)?;
    match (at.beneath, &top.action) {
        (None, _) => Some(top),
        (Some(beneath), Action::Open { buttons }) => buttons.get(beneath),
        _ => None,
    }
}

/// The same, to be changed.
pub fn button_mut(buttons: &mut [Button], at: At) -> Option<&mut Button> {
    let top = buttons.get_mut(at.top)?;
    match at.beneath {
        None => Some(top),
        Some(beneath) => match &mut top.action {
            Action::Open { buttons } => buttons.get_mut(beneath),
            _ => None,
        },
    }
}

/// A button that says and does nothing yet.
fn empty(name: &str) -> Button {
    Button { name: name.to_owned(), action: Action::Say { text: String::new() } }
}

/// Does it, and says which button is chosen then. A new button is called `name`.
pub fn apply(buttons: &mut Vec<Button>, at: Option<At>, op: Op, name: &str) -> Option<At> {
    match (op, at) {
        (Op::Save, at) => at,
        (Op::Add, _) => {
            if buttons.len() < 3 {
                buttons.push(empty(name));
            }
            Some(At::top(buttons.len().saturating_sub(1)))
        }
        (Op::AddBeneath, Some(at)) => add_beneath(buttons, at.top, name),
        (Op::Forth, Some(at)) => shift(buttons, at, false),
        (Op::Back, Some(at)) => shift(buttons, at, true),
        (Op::Remove, Some(at)) => remove(buttons, at),
        (_, None) => None,
    }
}

/// What the button did goes on beneath it: nothing that was filled in is lost.
fn add_beneath(buttons: &mut [Button], top: usize, name: &str) -> Option<At> {
    let above = buttons.get_mut(top)?;
    if let Action::Open { buttons } = &mut above.action {
        if buttons.len() < 5 {
            buttons.push(empty(name));
        }
        return Some(At { top, beneath: Some(buttons.len().saturating_sub(1)) });
    }
    let does_nothing = matches!(&above.action, Action::Say { text } if text.is_empty());
    let first = if does_nothing { empty(name) } else { above.clone() };
    above.action = Action::Open { buttons: vec![first] };
    Some(At { top, beneath: Some(0) })
}

fn shift(buttons: &mut [Button], at: At, back: bool) -> Option<At> {
    let (list, place) = match at.beneath {
        None => (buttons, at.top),
        Some(beneath) => match &mut buttons.get_mut(at.top)?.action {
            Action::Open { buttons } => (buttons.as_mut_slice(), beneath),
            _ => return Some(at),
        },
    };
    let other = if back { place + 1 } else { place.wrapping_sub(1) };
    if place >= list.len() || other >= list.len() {
        return Some(at);
    }
    list.swap(place, other);
    Some(match at.beneath {
        None => At::top(other),
        Some(_) => At { beneath: Some(other), ..at },
    })
}

fn remove(buttons: &mut Vec<Button>, at: At) -> Option<At> {
    let Some(beneath) = at.beneath else {
        if at.top < buttons.len() {
            buttons.remove(at.top);
        }
        return (!buttons.is_empty()).then(|| At::top(at.top.min(buttons.len() - 1)));
    };
    let above = buttons.get_mut(at.top)?;
    if let Action::Open { buttons } = &mut above.action {
        if beneath < buttons.len() {
            buttons.remove(beneath);
        }
        if buttons.is_empty() {
            above.action = Action::Say { text: String::new() };
        }
    }
    Some(At::top(at.top))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(buttons: &[Button]) -> Vec<String> {
        let beneath = |button: &Button| match &button.action {
            Action::Open { buttons } => format!("{}({})", button.name, names(buttons).join(",")),
            _ => button.name.clone(),
        };
        buttons.iter().map(beneath).collect()
    }

    #[test]
    fn buttons_are_added_moved_and_removed() {
        let mut menu = Vec::new();
        let mut at = None;
        for name in ["a", "b", "c", "d"] {
            at = apply(&mut menu, at, Op::Add, name);
        }
        assert_eq!(names(&menu), ["a", "b", "c"], "three at the most");
        at = apply(&mut menu, at, Op::Forth, "");
        assert_eq!((names(&menu), at), (vec!["a".into(), "c".into(), "b".into()], At::parse("1")));
        menu[1].action = Action::Click { key: "K".into() };
        for name in ["x", "y"] {
            at = apply(&mut menu, at, Op::AddBeneath, name);
        }
        assert_eq!(names(&menu)[1], "c(c,y)", "what it did goes on beneath");
        at = apply(&mut menu, at, Op::Forth, "");
        assert_eq!((names(&menu)[1].as_str(), at), ("c(y,c)", At::parse("1.0")));
        at = apply(&mut menu, at, Op::Forth, "");
        assert_eq!(at, At::parse("1.0"), "the first stays");
        at = apply(&mut menu, at, Op::Remove, "");
        at = apply(&mut menu, at.map(|at| At { beneath: Some(0), ..at }), Op::Remove, "");
        assert_eq!(names(&menu), ["a", "c", "b"]);
        at = apply(&mut menu, at, Op::Remove, "");
        assert_eq!((names(&menu), at), (vec!["a".into(), "b".into()], At::parse("1")));
        assert_eq!(apply(&mut menu, At::parse("7"), Op::Back, ""), At::parse("7"));
        assert!(button(&menu, At { top: 0, beneath: Some(3) }).is_none());
    }
}
