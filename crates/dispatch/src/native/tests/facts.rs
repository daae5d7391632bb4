//! One fact of each kind, as the document shows them, and any fact at all.
use crier_core::content::Content;
use crier_core::facts::{Fact, NoticeAnswer, Scene, Tap};
use crier_core::grants::Scope;
use proptest::prelude::*;

/// One of each type, message type and kind of tap.
pub(super) fn examples() -> Vec<Fact> {
    let (id, seq) = (7_120_934_055_935.into(), 12);
    let scene = Scene { value: "table-7".into(), ticket: Some("gQH47joAAAAA".into()) };
    let messages = contents().into_iter().map(|content| Fact::Message { id, seq, content });
    messages
        .chain([
            Fact::Followed { scene: None },
            Fact::Followed { scene: Some(scene.clone()) },
            Fact::Unfollowed,
            Fact::Scanned { scene },
        ])
        .chain(taps().into_iter().map(Fact::Tapped))
        .chain([
            Fact::Located { latitude: 30.2741, longitude: 120.1551, precision: 65.5 },
            Fact::ProfileChanged,
            Fact::ConsentWithdrawn { scopes: vec![Scope::Base, Scope::Profile] },
            Fact::BroadcastFinished {
                id: 7_120_934_055_900.into(),
                total: 1_200,
                filtered: 1_180,
                sent: 1_180,
                failed: 0,
                articles: vec![(1, "kX3r".into())],
            },
            Fact::TemplateFinished { id, delivered: true },
            Fact::SessionOpened { agent: "lin@harbour".into() },
            Fact::SessionClosed { agent: "lin@harbour".into() },
            Fact::SessionSwitched { from: "lin@harbour".into(), to: "mia@harbour".into() },
            Fact::NoticesAnswered { answers: vec![answer(true), answer(false)], scene: 1 },
            Fact::NoticesChanged { answers: vec![answer(false)] },
            Fact::NoticeSent { id, template: TEMPLATE.into(), delivered: true },
            Fact::Published {
                id: 7_120_934_055_901.into(),
                articles: vec![(1, "kX3r".into()), (2, "pQ9a".into())],
                article_id: "Zm9v".into(),
                failed: vec![],
                failure: None,
            },
            Fact::Published {
                id: 7_120_934_055_902.into(),
                articles: vec![],
                article_id: String::new(),
                failed: vec![2],
                failure: Some("pictures of these articles are gone".into()),
            },
        ])
        .collect()
}

const TEMPLATE: &str = "Xb0Nn3vBqk1S2f9kX5mT8yUe7hLr4wQa6cZd0gJp1oI";

fn answer(accepted: bool) -> NoticeAnswer {
    let template_id =
        if accepted { TEMPLATE } else { "q7RtA2mVn5Lx8Kc1Zs4Bd9Yf3Gh6Jw0PeUoTi-_EaMI" };
    NoticeAnswer { template_id: template_id.into(), accepted }
}

fn contents() -> Vec<Content> {
    vec![
        Content::text("When do you close today?"),
        Content::Text { text: "Opening hours".into(), menu_item: Some("hours".into()) },
        Content::Image { media_id: "m-3f0c".into(), width: Some(1_200), height: Some(800) },
        Content::Voice { media_id: "m-77ab".into(), format: "amr".into() },
        Content::Video {
            media_id: "m-9e21".into(),
            thumbnail_id: Some("m-9e22".into()),
            title: None,
            description: None,
        },
        Content::Location {
            latitude: 30.2741,
            longitude: 120.1551,
            scale: 16,
            label: "West Lake".into(),
        },
        Content::Link {
            title: "Timetable".into(),
            description: "Ferries in winter".into(),
            url: "https://ferries.example/winter".into(),
        },
    ]
}

fn taps() -> Vec<Tap> {
    vec![
        Tap::Click { key: "TODAY".into() },
        Tap::View { url: "https://harbour.example/".into(), menu_id: 7_120_934_055_800 },
        Tap::MiniProgram { path: "pages/index".into(), menu_id: 7_120_934_055_800 },
        Tap::ScanCode {
            waits: true,
            key: "TICKET".into(),
            scan_type: "qrcode".into(),
            result: "T-000123".into(),
        },
        Tap::Pictures {
            how: "pic_photo_or_album".into(),
            key: "DAMAGE".into(),
            md5: vec!["5d41402abc4b2a76b9719d911017c592".into()],
        },
        Tap::Location {
            key: "HERE".into(),
            latitude: 30.2741,
            longitude: 120.1551,
            scale: 16,
            label: "Hangzhou".into(),
            poi: "West Lake".into(),
        },
    ]
}

/// A place on the earth, to a millionth of a degree: serde_json reads up to 15 digits exactly.
fn place() -> impl Strategy<Value = (f64, f64, u32)> {
    let degrees = |most: i32| (-most..=most).prop_map(|micros| f64::from(micros) / 1e6);
    (degrees(90_000_000), degrees(180_000_000), 1..=28_u32)
}

/// Ids below 2^53.
fn id() -> impl Strategy<Value = i64> {
    0..1_i64 << 53
}

fn content() -> impl Strategy<Value = Content> {
    let maybe = || proptest::option::of(any::<String>());
    prop_oneof![
        (any::<String>(), maybe()).prop_map(|(text, menu_item)| Content::Text { text, menu_item }),
        ("[a-z0-9]+", any::<Option<i32>>(), any::<Option<i32>>())
            .prop_map(|(media_id, width, height)| Content::Image { media_id, width, height }),
        ("[a-z0-9]+", any::<String>())
            .prop_map(|(media_id, format)| Content::Voice { media_id, format }),
        ("[a-z0-9]+", proptest::option::of("[a-z0-9]+"), maybe(), maybe()).prop_map(
            |(media_id, thumbnail_id, title, description)| Content::Video {
                media_id,
                thumbnail_id,
                title,
                description
            }
        ),
        (place(), any::<String>()).prop_map(|((latitude, longitude, scale), label)| {
            Content::Location { latitude, longitude, scale, label }
        }),
        (any::<String>(), any::<String>(), any::<String>())
            .prop_map(|(title, description, url)| Content::Link { title, description, url }),
    ]
}

fn tap() -> impl Strategy<Value = Tap> {
    let text = any::<String>;
    prop_oneof![
        text().prop_map(|key| Tap::Click { key }),
        (text(), id()).prop_map(|(url, menu_id)| Tap::View { url, menu_id }),
        (text(), id()).prop_map(|(path, menu_id)| Tap::MiniProgram { path, menu_id }),
        (any::<bool>(), text(), text(), text()).prop_map(|(waits, key, scan_type, result)| {
            Tap::ScanCode { waits, key, scan_type, result }
        }),
        (text(), text(), proptest::collection::vec(text(), 0..9))
            .prop_map(|(how, key, md5)| Tap::Pictures { how, key, md5 }),
        (place(), text(), text(), text()).prop_map(
            |((latitude, longitude, scale), key, label, poi)| Tap::Location {
                key,
                latitude,
                longitude,
                scale,
                label,
                poi
            }
        ),
    ]
}

fn answers() -> impl Strategy<Value = Vec<NoticeAnswer>> {
    let answer = (any::<String>(), any::<bool>());
    let answer = answer.prop_map(|(template_id, accepted)| NoticeAnswer { template_id, accepted });
    proptest::collection::vec(answer, 1..4)
}

/// Any fact that can be.
pub(super) fn fact() -> impl Strategy<Value = Fact> {
    let scene = || {
        let parts = (any::<String>(), any::<Option<String>>());
        parts.prop_map(|(value, ticket)| Scene { value, ticket })
    };
    let count = || 0..i64::MAX;
    prop_oneof![
        (id(), 1..i64::MAX, content()).prop_map(|(id, seq, content)| Fact::Message {
            id: id.into(),
            seq,
            content
        }),
        proptest::option::of(scene()).prop_map(|scene| Fact::Followed { scene }),
        Just(Fact::Unfollowed),
        scene().prop_map(|scene| Fact::Scanned { scene }),
        tap().prop_map(Fact::Tapped),
        (place(), 0..1_000_000_i32).prop_map(|((latitude, longitude, _), millimetres)| {
            Fact::Located { latitude, longitude, precision: f64::from(millimetres) / 1e3 }
        }),
        Just(Fact::ProfileChanged),
        proptest::sample::subsequence(Scope::ALL.to_vec(), 0..=2)
            .prop_map(|scopes| Fact::ConsentWithdrawn { scopes }),
        (id(), count(), count(), count(), count()).prop_map(
            |(id, total, filtered, sent, failed)| Fact::BroadcastFinished {
                id: id.into(),
                total,
                filtered,
                sent,
                failed,
                articles: vec![(1, id.to_string())],
            }
        ),
        (id(), any::<bool>())
            .prop_map(|(id, delivered)| Fact::TemplateFinished { id: id.into(), delivered }),
        any::<String>().prop_map(|agent| Fact::SessionOpened { agent }),
        any::<String>().prop_map(|agent| Fact::SessionClosed { agent }),
        (any::<String>(), any::<String>())
            .prop_map(|(from, to)| Fact::SessionSwitched { from, to }),
        (answers(), any::<i32>())
            .prop_map(|(answers, scene)| Fact::NoticesAnswered { answers, scene }),
        answers().prop_map(|answers| Fact::NoticesChanged { answers }),
        (id(), any::<String>(), any::<bool>()).prop_map(|(id, template, delivered)| {
            Fact::NoticeSent { id: id.into(), template, delivered }
        }),
        (id(), "[a-z]{1,9}", 1..9_i32, any::<Option<String>>()).prop_map(
            |(id, key, place, failure)| Fact::Published {
                id: id.into(),
                articles: vec![(place, key.clone())],
                article_id: key,
                failed: vec![place],
                failure,
            }
        ),
    ]
}
