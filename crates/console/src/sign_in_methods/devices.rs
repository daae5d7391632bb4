//! A browser in a few words: what it calls itself names half a dozen others, for old sites' sake.
use crate::words::Speech;

/// Browsers by what only they say; those that are built on another come before it.
const BROWSERS: &[(&str, &str)] = &[
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("MicroMessenger/", "WeChat"),
    ("Line/", "LINE"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];

/// Systems in the same manner.
const SYSTEMS: &[(&str, &str)] = &[
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("HarmonyOS", "HarmonyOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

fn named(user_agent: &str, table: &[(&str, &'static str)]) -> Option<&'static str> {
    table.iter().find(|(sign, _)| user_agent.contains(sign)).map(|(_, name)| *name)
}

/// "Firefox on Linux", or as much of it as is known.
pub fn device(speech: &Speech, user_agent: &str) -> String {
    match (named(user_agent, BROWSERS), named(user_agent, SYSTEMS)) {
        (Some(browser), Some(system)) => {
            speech.with("device", &[("browser", browser.into()), ("system", system.into())])
        }
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => speech.say("device-unknown"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart_from_those_they_name() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0";
        assert_eq!(named(edge, BROWSERS), Some("Edge"));
        assert_eq!(named(edge, SYSTEMS), Some("Windows"));
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                     (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";
        assert_eq!(named(phone, BROWSERS), Some("Safari"));
        assert_eq!(named(phone, SYSTEMS), Some("iPhone"));
        assert_eq!(named("", BROWSERS), None);
    }
}
