//! Events as the protocol says them: `reference/wechat-api.md` 4.4 and 4.5, case and all (T11).
use crier_core::content::Content;
use crier_core::events::Event;
use crier_core::facts::{Fact, Scene, Tap};
use crier_dispatch::dialect::Push;

use super::reports;
use super::xml::Xml;

/// The protocol's code of what is known by consent.
const NAME_AND_PICTURE: &str = "205";

/// The document that tells an event, or `None` when the protocol has no words for it.
pub(crate) fn document(push: &Push) -> Option<Xml> {
    let event = &push.event;
    let mut xml = Xml::default();
    xml.text("ToUserName", &push.account.original_id)
        .text("FromUserName", sender(push))
        .number("CreateTime", event.created_at.seconds());
    match &event.fact {
        Fact::Message { id, content, .. } => {
            message(&mut xml, content, &push.public_url)?;
            xml.number("MsgId", id);
        }
        fact => {
            xml.text("MsgType", "event");
            happening(&mut xml, fact, &push.public_url)?;
            if let Fact::ProfileChanged | Fact::ConsentWithdrawn { .. } = fact {
                known(&mut xml, push);
            }
        }
    }
    trace(&mut xml, event);
    Some(xml)
}

/// Whom an event is from. One about the account itself has no follower: the protocol puts a staff
/// openid there that nobody reads, and the account stands in for it.
pub(crate) fn sender(push: &Push) -> &str {
    push.event.openid.as_deref().unwrap_or(&push.account.original_id)
}

/// An element of our own, harmless to every SDK (T19): the event's id, the same in each attempt
/// and replay, since events have no `MsgId` to tell them apart by.
fn trace(xml: &mut Xml, event: &Event) {
    xml.number("CrierEventId", event.id);
}

fn message(xml: &mut Xml, content: &Content, public_url: &str) -> Option<()> {
    match content {
        Content::Text { text, menu_item } => {
            xml.text("MsgType", "text").text("Content", text);
            if let Some(item) = menu_item {
                xml.text("bizmsgmenuid", item);
            }
        }
        Content::Image { media_id, .. } => {
            let url = format!("{public_url}/media/{media_id}");
            xml.text("MsgType", "image").text("PicUrl", &url).text("MediaId", media_id);
        }
        Content::Voice { media_id, format } => {
            xml.text("MsgType", "voice").text("MediaId", media_id).text("Format", format);
        }
        Content::Video { media_id, thumbnail_id, .. } => {
            let thumbnail = thumbnail_id.as_deref().unwrap_or_default();
            xml.text("MsgType", "video").text("MediaId", media_id).text("ThumbMediaId", thumbnail);
        }
        Content::Location { latitude, longitude, scale, label } => {
            xml.text("MsgType", "location")
                .number("Location_X", latitude)
                .number("Location_Y", longitude)
                .number("Scale", scale)
                .text("Label", label);
        }
        Content::Link { title, description, url } => {
            xml.text("MsgType", "link")
                .text("Title", title)
                .text("Description", description)
                .text("Url", url);
        }
        // Followers send none of these.
        Content::Music { .. }
        | Content::News { .. }
        | Content::Articles { .. }
        | Content::Menu { .. }
        | Content::Template { .. }
        | Content::MiniProgram { .. } => return None,
    }
    Some(())
}

fn happening(xml: &mut Xml, fact: &Fact, public_url: &str) -> Option<()> {
    match fact {
        Fact::Message { .. } => return None,
        Fact::Followed { scene } => followed(xml, scene.as_ref()),
        Fact::Unfollowed => {
            xml.text("Event", "unsubscribe").text("EventKey", "");
        }
        Fact::Scanned { scene } => {
            xml.text("Event", "SCAN").text("EventKey", &scene.value);
            ticket(xml, scene);
        }
        Fact::Tapped(tap) => tapped(xml, tap),
        Fact::Located { latitude, longitude, precision } => {
            xml.text("Event", "LOCATION")
                .number("Latitude", latitude)
                .number("Longitude", longitude)
                .number("Precision", precision);
        }
        Fact::ProfileChanged => {
            xml.text("Event", "user_info_modified");
        }
        Fact::ConsentWithdrawn { .. } => {
            xml.text("Event", "user_authorization_revoke");
        }
        report => reports::write(xml, report, public_url)?,
    }
    Some(())
}

/// Whose name and picture it is about: the one thing that an account is let know here (4.5).
fn known(xml: &mut Xml, push: &Push) {
    xml.text("OpenID", sender(push))
        .text("AppID", &push.account.app_id)
        .text("RevokeInfo", NAME_AND_PICTURE);
}

fn followed(xml: &mut Xml, scene: Option<&Scene>) {
    xml.text("Event", "subscribe");
    let Some(scene) = scene else {
        xml.text("EventKey", "");
        return;
    };
    xml.text("EventKey", &format!("qrscene_{}", scene.value));
    ticket(xml, scene);
}

fn ticket(xml: &mut Xml, scene: &Scene) {
    if let Some(ticket) = &scene.ticket {
        xml.text("Ticket", ticket);
    }
}

fn tapped(xml: &mut Xml, tap: &Tap) {
    match tap {
        Tap::Click { key } => {
            xml.text("Event", "CLICK").text("EventKey", key);
        }
        Tap::View { url, menu_id } => {
            xml.text("Event", "VIEW").text("EventKey", url).number("MenuId", menu_id);
        }
        Tap::MiniProgram { path, menu_id } => {
            xml.text("Event", "view_miniprogram").text("EventKey", path).number("MenuId", menu_id);
        }
        Tap::ScanCode { waits, key, scan_type, result } => {
            let event = if *waits { "scancode_waitmsg" } else { "scancode_push" };
            xml.text("Event", event)
                .text("EventKey", key)
                .open("ScanCodeInfo")
                .text("ScanType", scan_type)
                .text("ScanResult", result)
                .close("ScanCodeInfo");
        }
        Tap::Pictures { how, key, md5 } => {
            xml.text("Event", how).text("EventKey", key);
            pictures(xml, md5);
        }
        Tap::Location { key, latitude, longitude, scale, label, poi } => {
            xml.text("Event", "location_select")
                .text("EventKey", key)
                .open("SendLocationInfo")
                .number("Location_X", latitude)
                .number("Location_Y", longitude)
                .number("Scale", scale)
                .text("Label", label)
                .text("Poiname", poi)
                .close("SendLocationInfo");
        }
    }
}

/// `PicList` is always there: one SDK crashes without it (4.5).
fn pictures(xml: &mut Xml, md5: &[String]) {
    xml.open("SendPicsInfo").number("Count", md5.len()).open("PicList");
    for sum in md5 {
        xml.open("item").text("PicMd5Sum", sum).close("item");
    }
    xml.close("PicList").close("SendPicsInfo");
}
