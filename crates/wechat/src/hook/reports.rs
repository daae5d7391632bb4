//! Events that report how something ended: broadcasts, notices, publications, and the time a follower
//! spends with agents (`reference/wechat-api.md` 4.5).
use crier_core::facts::{Fact, NoticeAnswer};
use crier_core::ids::MessageId;

use super::xml::Xml;

/// Writes the event of a report; `None` of a fact that is none.
pub(super) fn write(xml: &mut Xml, fact: &Fact, public_url: &str) -> Option<()> {
    match fact {
        Fact::BroadcastFinished { id, total, filtered, sent, failed, articles } => {
            xml.text("Event", "MASSSENDJOBFINISH")
                .number("MsgID", id)
                .text("Status", "send success")
                .number("TotalCount", total)
                .number("FilterCount", filtered)
                .number("SentCount", sent)
                .number("ErrorCount", failed);
            broadcast_articles(xml, articles, public_url);
        }
        Fact::SessionOpened { agent } => {
            xml.text("Event", "kf_create_session").text("KfAccount", agent);
        }
        Fact::SessionClosed { agent } => {
            xml.text("Event", "kf_close_session").text("KfAccount", agent);
        }
        Fact::SessionSwitched { from, to } => {
            xml.text("Event", "kf_switch_session")
                .text("FromKfAccount", from)
                .text("ToKfAccount", to);
        }
        Fact::TemplateFinished { id, delivered } => {
            let status = if *delivered { "success" } else { "failed: system failed" };
            xml.text("Event", "TEMPLATESENDJOBFINISH").number("MsgID", id).text("Status", status);
        }
        Fact::NoticesAnswered { answers, scene } => {
            xml.text("Event", "subscribe_msg_popup_event");
            answered(xml, "SubscribeMsgPopupEvent", answers, Some(*scene));
        }
        Fact::NoticesChanged { answers } => {
            xml.text("Event", "subscribe_msg_change_event");
            answered(xml, "SubscribeMsgChangeEvent", answers, None);
        }
        Fact::NoticeSent { id, template, delivered } => notice_sent(xml, *id, template, *delivered),
        Fact::Published { id, articles, article_id, failed, .. } => {
            xml.text("Event", "PUBLISHJOBFINISH")
                .open("PublishEventInfo")
                .number("publish_id", id)
                .number("publish_status", if articles.is_empty() { 3 } else { 0 });
            published(xml, articles, article_id, public_url);
            for place in failed {
                xml.number("fail_idx", place);
            }
            xml.close("PublishEventInfo");
        }
        _ => return None,
    }
    Some(())
}

/// One `List` for each answer, side by side: there is no list around them.
fn answered(xml: &mut Xml, element: &str, answers: &[NoticeAnswer], scene: Option<i32>) {
    xml.open(element);
    for answer in answers {
        let word = if answer.accepted { "accept" } else { "reject" };
        xml.open("List")
            .text("TemplateId", &answer.template_id)
            .text("SubscribeStatusString", word);
        if let Some(scene) = scene {
            xml.number("PopupScene", scene);
        }
        xml.close("List");
    }
    xml.close(element);
}

fn notice_sent(xml: &mut Xml, id: MessageId, template: &str, delivered: bool) {
    let (code, status) = if delivered { (0, "success") } else { (-1, "system error") };
    xml.text("Event", "subscribe_msg_sent_event")
        .open("SubscribeMsgSentEvent")
        .open("List")
        .text("TemplateId", template)
        .number("MsgID", id)
        .number("ErrorCode", code)
        .text("ErrorStatus", status)
        .close("List")
        .close("SubscribeMsgSentEvent");
}

/// What came out, with an `item` for each page; nothing when it failed.
fn published(xml: &mut Xml, articles: &[(i32, String)], article_id: &str, public_url: &str) {
    if articles.is_empty() {
        return;
    }
    xml.text("article_id", article_id).open("article_detail").number("count", articles.len());
    for (place, key) in articles {
        xml.open("item")
            .number("idx", place)
            .text("article_url", &format!("{public_url}/s/{key}"))
            .close("item");
    }
    xml.close("article_detail");
}

/// The pages of a broadcast's articles. Nobody compares them with others here, so each passes the
/// check of copies (`CheckState` 1).
fn broadcast_articles(xml: &mut Xml, articles: &[(i32, String)], public_url: &str) {
    if articles.is_empty() {
        return;
    }
    xml.open("CopyrightCheckResult").number("Count", 0).text("ResultList", "");
    xml.number("CheckState", 1).close("CopyrightCheckResult");
    xml.open("ArticleUrlResult").number("Count", articles.len()).open("ResultList");
    for (place, key) in articles {
        xml.open("item")
            .number("ArticleIdx", place)
            .text("ArticleUrl", &format!("{public_url}/s/{key}"))
            .close("item");
    }
    xml.close("ResultList").close("ArticleUrlResult");
}
