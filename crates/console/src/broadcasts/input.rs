//! What was filled in to compose a broadcast, and the plan it makes.
use crier_core::Error;
use crier_core::content::Content;
use crier_core::ids::SegmentId;
use crier_core::plans::{Body, Draft, Plan, Whom};
use crier_core::segments::Segment;
use serde::Deserialize;

use crate::calendar::Calendar;

/// The types that can be composed.
pub const TYPES: [&str; 5] = ["text", "image", "voice", "video", "articles"];

/// A form as it was sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    pub plan_name: String,
    /// One of [`TYPES`].
    #[serde(rename = "type")]
    pub kind: String,
    pub text: String,
    /// Whether clicks on links are counted: `yes` or nothing.
    pub clicks: String,
    /// Key of a file.
    pub file: String,
    pub title: String,
    pub description: String,
    /// Key of a draft.
    pub article: String,
    /// `all`, `tag` or `segment`.
    pub to: String,
    pub tag: String,
    pub segment: String,
    /// `now` or `at`.
    pub when: String,
    pub send_at: String,
    /// When it last changed, in microseconds, as far as the browser knows.
    pub seen: String,
    /// What was pressed: `save`, or a type.
    pub act: String,
}

impl Input {
    /// An empty form, as marketers expect it: clicks are counted.
    pub fn fresh() -> Self {
        Self { clicks: "yes".into(), ..Self::default() }
    }

    /// The form of a stored plan.
    pub fn of(plan: &Plan, calendar: &Calendar) -> Self {
        let mut input = Self {
            plan_name: plan.name.clone(),
            kind: plan.body.0.type_name().to_owned(),
            to: "all".into(),
            when: if plan.send_at.is_some() { "at" } else { "now" }.into(),
            send_at: plan.send_at.map(|at| calendar.input(at)).unwrap_or_default(),
            seen: plan.updated_at.micros().to_string(),
            clicks: if counts(&plan.body.0) { "yes" } else { "" }.into(),
            ..Self::default()
        };
        match &plan.whom.0 {
            Whom::All => {}
            Whom::Tag { number } => {
                input.to = "tag".into();
                input.tag = number.to_string();
            }
            Whom::Segment { id, .. } => {
                input.to = "segment".into();
                input.segment = id.to_string();
            }
        }
        match &plan.body.0 {
            Body::Articles { key } => input.article.clone_from(key),
            Body::Message { content, .. } => match content {
                Content::Text { text, .. } => input.text.clone_from(text),
                Content::Video { media_id, title, description, .. } => {
                    input.file.clone_from(media_id);
                    input.title = title.clone().unwrap_or_default();
                    input.description = description.clone().unwrap_or_default();
                }
                Content::Image { media_id, .. } | Content::Voice { media_id, .. } => {
                    input.file.clone_from(media_id);
                }
                _ => {}
            },
        }
        input
    }

    /// The type, by its word.
    pub fn kind(&self) -> &'static str {
        let known = TYPES.into_iter().find(|kind| *kind == self.kind);
        known.unwrap_or(TYPES[0])
    }

    /// What is sent.
    pub fn body(&self) -> Body {
        let media_id = self.file.trim().to_owned();
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let content = match self.kind() {
            "articles" => return Body::Articles { key: self.article.trim().to_owned() },
            "image" => Content::Image { media_id, width: None, height: None },
            "voice" => Content::Voice { media_id, format: String::new() },
            "video" => Content::Video {
                media_id,
                thumbnail_id: None,
                title: filled(&self.title),
                description: filled(&self.description),
            },
            _ => Content::text(self.text.replace("\r\n", "\n")),
        };
        Body::Message { content, counted: self.clicks == "yes" }
    }

    /// To whom.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `audience` when it names none.
    pub fn whom(&self, segments: &[Segment]) -> crier_core::Result<Whom> {
        let none = || Error::invalid("audience", "must be chosen");
        match self.to.as_str() {
            "tag" => Ok(Whom::Tag { number: self.tag.parse().map_err(|_| none())? }),
            "segment" => {
                let id: SegmentId = self.segment.parse().map_err(|_| none())?;
                let found = segments.iter().find(|segment| segment.id == id);
                found.cloned().map(Whom::segment).ok_or_else(none)
            }
            _ => Ok(Whom::All),
        }
    }

    /// The plan. `kept` is what it is sent to until now: it stays with a rule whose segment is gone.
    ///
    /// # Errors
    /// [`Error::Invalid`] for `audience` or `send_at`.
    pub fn draft(
        &self,
        segments: &[Segment],
        kept: Option<&Plan>,
        calendar: &Calendar,
    ) -> crier_core::Result<Draft> {
        let kept = kept.map(|plan| &plan.whom.0).filter(|whom| {
            matches!(whom, Whom::Segment { id, .. }
                if self.to == "segment" && id.to_string() == self.segment
                    && segments.iter().all(|segment| segment.id != *id))
        });
        let send_at = match self.when.as_str() {
            "at" => {
                let at = calendar.parse(&self.send_at);
                Some(at.ok_or_else(|| Error::invalid("send_at", "must be a time"))?)
            }
            _ => None,
        };
        Ok(Draft {
            name: self.plan_name.clone(),
            body: self.body(),
            whom: kept.cloned().map_or_else(|| self.whom(segments), Ok)?,
            send_at,
        })
    }
}

/// Articles count what is done with them in any case: another text in their place begins as a new one.
const fn counts(body: &Body) -> bool {
    match body {
        Body::Message { counted, .. } => *counted,
        Body::Articles { .. } => true,
    }
}
