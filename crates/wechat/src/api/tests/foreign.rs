use crier_testing::both_engines;

use super::*;

/// Every call into Tencent's own world that clients make (`reference/wechat-api.md` 3).
const FOREIGN: &str = include_str!("foreign.txt");

/// Beside those: calls of other rows that lead there, or that were given up long ago.
const LEGACY: &[&str] = &[
    "/cgi-bin/groups/create",
    "/cgi-bin/groups/get",
    "/cgi-bin/groups/getid",
    "/cgi-bin/groups/update",
    "/cgi-bin/groups/members/update",
    "/cgi-bin/groups/members/batchupdate",
    "/cgi-bin/groups/delete",
    "/cgi-bin/changeopenid",
    "/cgi-bin/api_getwxcategory",
    "/cgi-bin/message/subscribe/send",
    "/connect/qrconnect",
    "/sns/oauth2/component/access_token",
    "/sns/jscode2session",
];

const MADE_UP: &[&str] = &[
    "/cgi-bin",
    "/cgi-bin/",
    "/cgi-bin/none",
    "/cgi-bin/menu",
    "/cgi-bin/menu/create/more",
    "/cgi-bin/Menu/create",
    "/cgi-bin/tokens",
    "/cgi-bin/opening",
    "/cgi-bin/%E8%8F%9C%E5%8D%95",
    "/sns/none",
    "/connect/none",
    "/customservice/none",
    "/datacube/none",
    "/wxaapi/none",
    "/mp/none",
];

/// The codes of a path asked in every way there is.
async fn codes(app: &Arc<App>, path: &str, token: &str) -> Vec<i64> {
    let mut codes = Vec::new();
    for path in [path.to_owned(), format!("/{path}"), path.replacen('/', "//", 2)] {
        for uri in [path.clone(), format!("{path}?access_token={token}")] {
            codes.push(code(&get(app, &uri).await));
            codes.push(code(&post(app, &uri, "{}".to_owned()).await));
            codes.push(code(&post(app, &uri, String::new()).await));
        }
    }
    codes
}

#[test]
fn calls_into_a_foreign_world_are_unauthorized_however_they_come() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        let paths: Vec<&str> = FOREIGN.lines().chain(LEGACY.iter().copied()).collect();
        assert!(paths.len() > 340, "{}", paths.len());
        for path in paths {
            let codes = codes(&app, path, &bot.token).await;
            assert!(codes.iter().all(|code| *code == 48001), "{path}: {codes:?}");
        }
    });
}

#[test]
fn addresses_that_do_not_exist_are_no_pages() {
    both_engines(|app| async move {
        let bot = Bot::new(&app, Kind::Service, "harbour").await;
        for path in MADE_UP {
            let codes = codes(&app, path, &bot.token).await;
            assert!(codes.iter().all(|code| *code == 40066), "{path}: {codes:?}");
        }
    });
}
