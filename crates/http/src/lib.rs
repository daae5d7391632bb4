//! What faces share: problems, extractors, static files, media, server-sent events, and what wraps
//! every request. It speaks HTTP and knows no face.
#![deny(missing_docs)]

pub mod assets;
pub mod clients;
pub mod envelope;
pub mod inputs;
pub mod media;
pub mod problems;
pub mod sse;

pub use clients::{Client, Proxies};
pub use problems::{Code, Problem};

/// What a handler of a face gives back.
pub type Answer<T = actix_web::HttpResponse> = Result<T, Problem>;
