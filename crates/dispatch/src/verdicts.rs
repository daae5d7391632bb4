//! What an attempt shows, as stable words. Faces have a sentence for each in every language.

/// The endpoint took the event.
pub const DELIVERED: &str = "delivered";
/// No answer in time.
pub const TIMEOUT: &str = "timeout";
/// The address does not resolve.
pub const UNRESOLVED: &str = "unresolved";
/// The address is private, loopback, link-local or otherwise out of bounds.
pub const FORBIDDEN_ADDRESS: &str = "forbidden_address";
/// Nobody listens there, or the connection broke.
pub const UNREACHABLE: &str = "unreachable";
/// The certificate does not hold, or no TLS is spoken there.
pub const TLS: &str = "tls";
/// A status outside 200 to 299.
pub const BAD_STATUS: &str = "bad_status";
/// Status 410: the endpoint is gone and asks not to be told anything again.
pub const GONE: &str = "gone";
/// A redirect, which is not followed.
pub const REDIRECT: &str = "redirect";
/// An answer beyond the size limit, in its body or in its head.
pub const TOO_LARGE: &str = "too_large";
/// An answer that is not in the dialect (broken XML, HTML, JSON), or not even HTTP.
pub const MALFORMED: &str = "malformed_answer";
/// An encrypted answer whose signature or key is wrong.
pub const BAD_SIGNATURE: &str = "bad_signature";
/// An answer addressed to somebody else.
pub const WRONG_RECIPIENT: &str = "wrong_recipient";
/// An answer that names media which is not there.
pub const UNKNOWN_MEDIA: &str = "unknown_media";
/// The URL check was not answered with the echo.
pub const WRONG_ECHO: &str = "wrong_echo";
/// The dialect has no words for this event; nothing was sent.
pub const NOT_SPOKEN: &str = "not_spoken";
/// The endpoint was switched off or removed before it could be told.
pub const ENDPOINT_OFF: &str = "endpoint_off";

/// All of them.
pub const ALL: &[&str] = &[
    DELIVERED,
    TIMEOUT,
    UNRESOLVED,
    FORBIDDEN_ADDRESS,
    UNREACHABLE,
    TLS,
    BAD_STATUS,
    GONE,
    REDIRECT,
    TOO_LARGE,
    MALFORMED,
    BAD_SIGNATURE,
    WRONG_RECIPIENT,
    UNKNOWN_MEDIA,
    WRONG_ECHO,
    NOT_SPOKEN,
    ENDPOINT_OFF,
];
