//! Events as operators are pushed them.
use super::*;

fn broadcast() -> Fact {
    Fact::BroadcastFinished {
        id: BroadcastId(3),
        total: 4,
        filtered: 3,
        sent: 2,
        failed: 1,
        articles: vec![(1, "k1".into())],
    }
}

#[test]
fn events_are_spelled_as_the_table_has_them() {
    let scene = Scene { value: "123".into(), ticket: Some("TICKET".into()) };
    let scan = Tap::ScanCode {
        waits: true,
        key: "k".into(),
        scan_type: "qrcode".into(),
        result: "r".into(),
    };
    let pictures = Tap::Pictures { how: "pic_weixin".into(), key: "k".into(), md5: vec![] };
    let place = Tap::Location {
        key: "k".into(),
        latitude: 1.5,
        longitude: 2.5,
        scale: 15,
        label: "L".into(),
        poi: "P".into(),
    };
    let rows: [(Fact, &[(&str, &str)]); 13] = [
        (Fact::Followed { scene: None }, &[("Event", "subscribe"), ("EventKey", "")]),
        (
            Fact::Followed { scene: Some(scene.clone()) },
            &[("EventKey", "qrscene_123"), ("Ticket", "TICKET")],
        ),
        (Fact::Unfollowed, &[("Event", "unsubscribe"), ("MsgType", "event"), ("MsgId", "")]),
        (Fact::Scanned { scene }, &[("Event", "SCAN"), ("EventKey", "123"), ("Ticket", "TICKET")]),
        (Fact::Tapped(Tap::Click { key: "k".into() }), &[("Event", "CLICK"), ("EventKey", "k")]),
        (
            Fact::Tapped(Tap::View { url: "http://x".into(), menu_id: 8 }),
            &[("Event", "VIEW"), ("EventKey", "http://x"), ("MenuId", "8")],
        ),
        (
            Fact::Tapped(Tap::MiniProgram { path: "p".into(), menu_id: 8 }),
            &[("Event", "view_miniprogram"), ("EventKey", "p")],
        ),
        (Fact::Tapped(scan), &[("Event", "scancode_waitmsg"), ("EventKey", "k")]),
        (Fact::Tapped(pictures), &[("Event", "pic_weixin")]),
        (Fact::Tapped(place), &[("Event", "location_select")]),
        (broadcast(), &[("Event", "MASSSENDJOBFINISH"), ("MsgID", "3"), ("SentCount", "2")]),
        (
            Fact::TemplateFinished { id: MessageId(9), delivered: true },
            &[("Event", "TEMPLATESENDJOBFINISH"), ("MsgID", "9"), ("Status", "success")],
        ),
        (published(vec![(1, "a1".into())], vec![]), &[("Event", "PUBLISHJOBFINISH")]),
    ];
    for (fact, fields) in rows {
        let read = parsed(&body(&push(fact, Mode::Plain)));
        for (name, value) in fields {
            assert_eq!(read.value(name), *value, "{name} of {fields:?}");
        }
    }
    let push = push(
        Fact::Tapped(Tap::Pictures { how: "x".into(), key: "k".into(), md5: vec![] }),
        Mode::Plain,
    );
    assert!(parsed(&body(&push)).child("SendPicsInfo").unwrap().child("PicList").is_some());
}

#[test]
fn places_and_consent_are_told() {
    let place = Fact::Located { latitude: 23.1374, longitude: 113.3524, precision: 119.5 };
    let rows: [(Fact, &[(&str, &str)]); 3] = [
        (
            place,
            &[
                ("Event", "LOCATION"),
                ("Latitude", "23.1374"),
                ("Longitude", "113.3524"),
                ("Precision", "119.5"),
            ],
        ),
        (
            Fact::ProfileChanged,
            &[("Event", "user_info_modified"), ("OpenID", OPENID), ("AppID", APP_ID)],
        ),
        (
            Fact::ConsentWithdrawn { scopes: vec![Scope::Profile] },
            &[("Event", "user_authorization_revoke"), ("OpenID", OPENID), ("RevokeInfo", "205")],
        ),
    ];
    for (fact, fields) in rows {
        let read = parsed(&body(&push(fact, Mode::Plain)));
        for (name, value) in fields {
            assert_eq!(read.value(name), *value, "{name} of {fields:?}");
        }
    }
}

#[test]
fn sessions_of_agents_are_told() {
    let (agent, other) = ("a@b".to_owned(), "c@b".to_owned());
    let rows: [(Fact, &[(&str, &str)]); 3] = [
        (
            Fact::SessionOpened { agent: agent.clone() },
            &[("Event", "kf_create_session"), ("KfAccount", "a@b")],
        ),
        (
            Fact::SessionClosed { agent: agent.clone() },
            &[("Event", "kf_close_session"), ("KfAccount", "a@b")],
        ),
        (
            Fact::SessionSwitched { from: agent, to: other },
            &[("Event", "kf_switch_session"), ("FromKfAccount", "a@b"), ("ToKfAccount", "c@b")],
        ),
    ];
    for (fact, fields) in rows {
        let read = parsed(&body(&push(fact, Mode::Plain)));
        for (name, value) in fields {
            assert_eq!(read.value(name), *value, "{name} of {fields:?}");
        }
    }
}

#[test]
fn what_followers_say_to_notices_is_told_as_lists() {
    let said =
        |template_id: &str, accepted| NoticeAnswer { template_id: template_id.into(), accepted };
    let two = vec![said("one", true), said("two", false)];
    let asked = Fact::NoticesAnswered { answers: two, scene: 1 };
    let changed = Fact::NoticesChanged { answers: vec![said("two", false)] };
    let sent = Fact::NoticeSent { id: MessageId(9), template: "one".into(), delivered: true };
    type Lists<'a> = &'a [&'a [(&'a str, &'a str)]];
    let rows: [(Fact, &str, &str, Lists<'_>); 3] = [
        (
            asked,
            "subscribe_msg_popup_event",
            "SubscribeMsgPopupEvent",
            &[
                &[("TemplateId", "one"), ("SubscribeStatusString", "accept"), ("PopupScene", "1")],
                &[("TemplateId", "two"), ("SubscribeStatusString", "reject"), ("PopupScene", "1")],
            ],
        ),
        (
            changed,
            "subscribe_msg_change_event",
            "SubscribeMsgChangeEvent",
            &[&[("TemplateId", "two"), ("SubscribeStatusString", "reject"), ("PopupScene", "")]],
        ),
        (
            sent,
            "subscribe_msg_sent_event",
            "SubscribeMsgSentEvent",
            &[&[
                ("TemplateId", "one"),
                ("MsgID", "9"),
                ("ErrorCode", "0"),
                ("ErrorStatus", "success"),
            ]],
        ),
    ];
    for (fact, event, element, wanted) in rows {
        let read = parsed(&body(&push(fact, Mode::Plain)));
        assert_eq!(read.value("Event"), event);
        let lists = &read.child(element).unwrap().children;
        assert_eq!(lists.len(), wanted.len());
        for (list, fields) in lists.iter().zip(wanted) {
            assert_eq!(list.name, "List");
            for (name, value) in *fields {
                assert_eq!(list.value(name), *value, "{name}");
            }
        }
    }
}

fn published(articles: Vec<(i32, String)>, failed: Vec<i32>) -> Fact {
    let article_id = if articles.is_empty() { String::new() } else { "set".into() };
    Fact::Published { id: 7.into(), articles, article_id, failed, failure: None }
}

#[test]
fn a_publication_is_told_with_the_addresses_of_its_articles() {
    let out = published(vec![(1, "a1".into()), (2, "a2".into())], vec![]);
    let read = parsed(&body(&push(out, Mode::Plain)));
    let info = read.child("PublishEventInfo").unwrap();
    assert_eq!((info.value("publish_id"), info.value("publish_status")), ("7", "0"));
    assert_eq!(info.value("article_id"), "set");
    let detail = info.child("article_detail").unwrap();
    assert_eq!(detail.value("count"), "2");
    let items: Vec<(&str, bool)> = detail
        .children
        .iter()
        .filter(|child| child.name == "item")
        .map(|item| (item.value("idx"), item.value("article_url").contains("/s/a")))
        .collect();
    assert_eq!(items, [("1", true), ("2", true)]);
    let read = parsed(&body(&push(published(vec![], vec![2]), Mode::Plain)));
    let info = read.child("PublishEventInfo").unwrap();
    assert_eq!((info.value("publish_status"), info.value("fail_idx")), ("3", "2"));
    assert!(info.child("article_detail").is_none());
}

#[test]
fn a_broadcast_of_articles_tells_their_addresses() {
    let told = parsed(&body(&push(broadcast(), Mode::Plain)));
    let urls = told.child("ArticleUrlResult").unwrap();
    assert_eq!(urls.value("Count"), "1");
    let item = urls.child("ResultList").unwrap().child("item").unwrap();
    assert_eq!(item.value("ArticleIdx"), "1");
    assert!(item.value("ArticleUrl").ends_with("/s/k1"));
    let checked = told.child("CopyrightCheckResult").unwrap();
    assert_eq!((checked.value("Count"), checked.value("CheckState")), ("0", "1"));
}
