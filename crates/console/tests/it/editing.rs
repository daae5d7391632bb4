//! Articles and their comments.
use std::sync::Arc;

use crier_core::articles::Article;
use crier_core::drafts::{self, DraftKind, Piece, PieceKind};
use crier_core::ids::PublicationId;
use crier_core::members::Role;
use crier_core::{App, comments, publications};
use crier_testing::{account, both_engines, follower, member_brand};

use crate::browsers::{Browser, member};

fn piece() -> Piece {
    Piece {
        kind: PieceKind::News,
        title: "Opening <day>".into(),
        author: String::new(),
        digest: "d".into(),
        content: "<p>x</p>".into(),
        source_url: String::new(),
        cover: None,
        pictures: vec![],
        crops: vec![],
        show_cover: false,
        comments_open: true,
        only_fans: false,
    }
}

/// A published article with a comment of a follower.
async fn commented(app: &Arc<App>) -> (PublicationId, Article) {
    let harbour = account(app, "harbour").await;
    let user = follower(app, &harbour, "u1").await.user_id;
    let vault = app.vault.clone();
    let made = app.write(move |tx| {
        let draft = drafts::add(tx, harbour.id, DraftKind::Material, vec![piece()])?;
        let out = publications::publish_now(tx, harbour.id, &draft.media_key)?;
        let article = publications::articles_of(tx.conn, out.publication)?.remove(0);
        comments::add(tx, &vault, &harbour, &article, user, "<b>first</b>")?;
        Ok((out.publication, article))
    });
    made.await.unwrap()
}

async fn signed_in(app: &Arc<App>, role: Role) -> Browser {
    let brand = member_brand(app, "Test").await;
    member(app, &brand, "ada@example.com", role).await;
    Browser::signed_in(app, "ada@example.com").await
}

#[test]
fn comments_are_featured_answered_and_removed() {
    both_engines(|app| async move {
        let (_, article) = commented(&app).await;
        let ada = signed_in(&app, Role::Agent).await;
        let list = "/console/accounts/harbour/comments";
        ada.get(&format!("{list}/articles")).await.says(&["Opening &#60;day&#62;"]);
        let path = format!("{list}/{}", article.id);
        ada.get(&path).await.says(&["&#60;b&#62;first&#60;/b&#62;", "New 1", "Featured 0"]);
        for (does, text, says) in [
            ("elect", "", "Featured 1"),
            ("reply", "thank you", "thank you"),
            ("unreply", "", "placeholder=\"Reply\""),
            ("unelect", "", "Featured 0"),
        ] {
            let done = ada.post(&path, &[("number", "1"), ("does", does), ("text", text)]).await;
            assert_eq!(done.status, 303, "{does}");
            ada.get(&path).await.says(&[says]);
        }
        let empty = ada.post(&path, &[("number", "1"), ("does", "reply"), ("text", " ")]).await;
        assert_eq!(empty.status, 422);
        ada.get(&format!("{path}?which=elected")).await.says(&["No comments"]);
        ada.post(&path, &[("number", "1"), ("does", "remove")]).await;
        ada.get(&path).await.says(&["No comments"]);
        ada.post(&format!("{path}/open"), &[("open", "0")]).await;
        ada.get(&path).await.says(&["Open comments"]);
    });
}

#[test]
fn articles_are_listed_and_taken_back_by_who_may() {
    both_engines(|app| async move {
        let (publication, article) = commented(&app).await;
        let ada = signed_in(&app, Role::Marketer).await;
        let list = "/console/accounts/harbour/articles";
        let public = format!("/s/{}", article.article_key);
        ada.get(list).await.says(&["Opening &#60;day&#62;", "published", &public]);
        let withdraw = format!("{list}/{publication}/withdraw");
        ada.get(list).await.says(&[&withdraw]);
        ada.get(&withdraw).await.says(&["Take back “Opening &#60;day&#62;”?", "cannot be undone"]);
        let done = ada.post(&withdraw, &[]).await;
        assert_eq!(done.location, format!("{list}?done=article-withdrawn"));
        assert_eq!(ada.get(&withdraw).await.status, 404, "it is back already");
        ada.get(list).await.says(&["taken back"]);
        ada.get(list).await.says_not(&public);
    });
    both_engines(|app| async move {
        let (publication, _) = commented(&app).await;
        let editor = signed_in(&app, Role::Editor).await;
        let list = "/console/accounts/harbour/articles";
        editor.get(list).await.says_not("/withdraw");
        let refused = editor.post(&format!("{list}/{publication}/withdraw"), &[]).await;
        assert_eq!(refused.status, 403, "who only writes takes nothing back");
    });
    both_engines(|app| async move {
        commented(&app).await;
        let dev = signed_in(&app, Role::Developer).await;
        for part in ["articles", "comments"] {
            let path = format!("/console/accounts/harbour/{part}");
            assert_eq!(dev.get(&path).await.status, 403, "{part}");
        }
    });
}

#[test]
fn comments_of_all_articles_are_curated_many_at_once() {
    both_engines(|app| async move {
        let (_, article) = commented(&app).await;
        let ada = signed_in(&app, Role::Agent).await;
        let list = "/console/accounts/harbour/comments";
        let pick = format!("{}-1", article.id);
        ada.get(list).await.says(&["&#60;b&#62;first", "Opening &#60;day&#62;", &pick]);
        let none = ada.post(list, &[("does", "elect")]).await;
        assert_eq!(none.status, 303, "nothing was ticked");
        ada.get(list).await.says(&[&pick]);
        let twice = [("does", "elect"), ("pick", &pick), ("pick", "1-x"), ("pick", &pick)];
        assert_eq!(ada.post(list, &twice).await.location, format!("{list}?which=new"));
        ada.get(list).await.says(&["No comments"]);
        let elected = format!("{list}?which=elected&article={}", article.id);
        ada.get(&elected).await.says(&[&pick, "Opening &#60;day&#62;"]);
        let reply = format!("reply-{pick}");
        let answer = [("does", &*format!("reply:{pick}")), (&*reply, "thank you")];
        ada.post(&elected, &answer).await;
        ada.get(&elected).await.says(&["thank you"]);
        assert_eq!(ada.post(&elected, &answer).await.status, 422);
        assert_eq!(ada.post(list, &[("does", "burn"), ("pick", &pick)]).await.status, 422);
        assert_eq!(ada.post(list, &[("does", "remove"), ("pick", "1-1")]).await.status, 404);
        let done = ada.post(list, &[("does", "remove"), ("pick", &pick)]).await;
        assert_eq!(done.location, format!("{list}?which=new&done=comment-removed"));
        ada.get(&elected).await.says(&["No comments"]);
        let removed = format!("{list}?which=removed");
        ada.get(&removed).await.says(&[&pick, "Put back"]).says_not("Featured</span>");
        let restore = [("does", &*format!("restore:{pick}"))];
        let done = ada.post(&removed, &restore).await;
        assert_eq!(done.location, format!("{removed}&done=comment-restored"));
        ada.get(&removed).await.says(&["What is removed stands here"]);
        ada.get(list).await.says(&[&pick, "thank you"]);
        ada.get(&elected).await.says(&["No comments"]);
    });
}
