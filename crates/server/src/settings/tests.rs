use crier_core::mint::hex_token;

use super::*;

fn from(pairs: &[(&str, &str)]) -> Result<Settings> {
    load(None, |wanted| {
        pairs.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
    })
}

#[test]
fn without_any_it_listens_on_loopback_with_sqlite() {
    let settings = from(&[]).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert!(settings.database.file().is_some());
}

#[test]
fn printed_they_show_no_secret() {
    let hidden = "hidden-hidden-hidden-hidden-hidden";
    let settings = from(&[
        ("CRIER_SECRET_KEY", hidden),
        ("CRIER_SMTP_URL", &format!("smtp://me:{hidden}@127.0.0.1")),
        ("CRIER_REDIS_URL", &format!("redis://:{hidden}@127.0.0.1")),
        ("CRIER_DATABASE_URL", &format!("postgres://me:{hidden}@127.0.0.1/crier")),
    ]);
    let shown = format!("{:?}", settings.unwrap());
    assert!(shown.contains("8080") && !shown.contains(hidden), "{shown}");
}

#[test]
fn everything_wrong_is_said_at_once() {
    let error = from(&[
        ("CRIER_LISTEN", "nowhere"),
        ("CRIER_OTLP_SAMPLE", "NaN"),
        ("CRIER_DATABASE_URL", "mysql://x"),
        ("CRIER_REDIS_URL", "redis://127.0.0.1"),
        ("CRIER_WEBHOOK_ALLOW", "10.0.0.0/8, all"),
        ("CRIER_WEBHOOK_CA", "none.pem"),
        ("CRIER_DAILY_LIMITS", "/cgi-bin/token=1, /cgi-bin/none=1, /cgi-bin/token=-1"),
    ])
    .unwrap_err()
    .to_string();
    let ca = "webhook_ca: none.pem cannot be read";
    let limits = ["daily_limits: /cgi-bin/none is", "daily_limits: /cgi-bin/token=-1 is"];
    for wrong in ["otlp_sample", "listen", "database_url", "secret_key", "webhook_allow: all", ca]
        .into_iter()
        .chain(limits)
    {
        assert!(error.contains(wrong), "{wrong} is missing in: {error}");
    }
}

#[test]
fn the_sample_and_the_manual_name_every_setting() {
    let sample = include_str!("../../../../deploy/crier.toml");
    let manual = include_str!("../../../../docs/OPERATIONS.md");
    for (key, variable) in KEYS {
        assert!(sample.contains(&format!("# {key} = ")), "{key} in deploy/crier.toml");
        assert!(manual.contains(&format!("`{key}` | `{variable}`")), "{key} in the manual");
    }
}

#[test]
fn a_file_without_certificates_is_no_authority() {
    let error = from(&[("CRIER_WEBHOOK_CA", "Cargo.toml")]).unwrap_err().to_string();
    let wanted = "webhook_ca: Cargo.toml holds no certificate in PEM form";
    assert!(error.contains(wanted), "{error}");
}

#[test]
fn a_file_with_an_unknown_key_is_refused() {
    let folder = std::env::temp_dir().join(format!("crier-settings-{}", hex_token::<4>()));
    std::fs::write(&folder, "lisen = \"127.0.0.1:1\"\nlog = 7\n").unwrap();
    let error = load(Some(&folder), |_| None).unwrap_err().to_string();
    std::fs::remove_file(&folder).unwrap();
    assert!(error.contains("unknown key lisen"), "{error}");
}
