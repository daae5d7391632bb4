//! The domain on both engines.
#![expect(clippy::unwrap_used, reason = "a test that cannot be set up fails")]

mod appending;
mod approving;
mod article_figures;
mod articles;
mod attending;
mod broadcasting;
mod changing;
mod counting_days;
mod delivering;
mod designing;
mod desking;
mod drafting;
mod entering;
mod figure_plans;
mod figures;
mod finding;
mod following;
mod forgetting;
mod inviting;
mod listing;
mod owning;
mod planning;
mod racing;
mod recording;
mod replying;
mod scanning;
mod searching;
mod segmenting;
mod signing;
mod staff;
mod storing;
mod sweeping;
mod tagging;
mod timing;
mod tokens;
