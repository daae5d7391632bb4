//! The followers' message API (`/v1`), its description (`/openapi.json`, `/docs`), and the page for
//! followers without a host app (`/app`).
mod accounts;
mod articles;
mod catalogue;
mod consents;
mod conversations;
mod description;
mod fields;
mod following;
mod identity;
mod links;
mod locations;
mod media;
mod menus;
mod messages;
mod notices;
mod page;
mod routes;
mod shapes;
mod short;
mod sign_in;
mod stream;
mod timeline;
mod typing;
mod web_pages;
mod writing;

pub use catalogue::{CATALOGUE, Listed, Sends};
pub use routes::{ROUTES, Route, Who, configure};
