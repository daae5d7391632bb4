//! The calls of this face in one table: method, path, the right the account must have, handler.
use std::sync::Arc;

use crier_core::accounts::Account;
use crier_core::rights::Right;
use futures_util::future::LocalBoxFuture;

use super::agent_sessions;
use super::agents;
use super::answers::Outcome;
use super::auto_replies;
use super::callbacks;
use super::calls::Call;
use super::codes;
use super::comments;
use super::custom;
use super::datacube;
use super::drafts;
use super::mass;
use super::materials;
use super::media;
use super::menus;
use super::notices;
use super::one_time;
use super::publishing;
use super::quotas;
use super::rids;
use super::shorts;
use super::sns;
use super::tags;
use super::templates;
use super::tokens;
use super::users;

/// Which methods a call may come with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// GET alone.
    Get,
    /// POST alone.
    Post,
    /// Either: clients differ (T7).
    Any,
}

type Done = LocalBoxFuture<'static, Outcome>;

/// Who answers a call.
pub(crate) enum Handler {
    /// For whoever has an access token of an account with this right.
    Account(Right, fn(Call, Arc<Account>) -> Done),
    /// For anybody: the call proves itself in its own way.
    Open(fn(Call) -> Done),
}

/// One row.
pub(crate) struct Route {
    /// Which methods it may come with.
    pub(crate) method: Method,
    /// Its path.
    pub(crate) path: &'static str,
    /// Bytes its body may have.
    pub(crate) limit: usize,
    /// Who answers it.
    pub(crate) handler: Handler,
}

/// Bytes of a JSON body: a list of 10,000 openids fits.
const JSON: usize = 1024 * 1024;
/// Bytes of a set of articles: eight long ones, or a few of the longest.
const NEWS: usize = 4 * 1024 * 1024;
/// Bytes of an upload: the greatest file and the form around it.
const FILE: usize = 11 * 1024 * 1024;

macro_rules! table {
    ($($method:ident $path:literal $limit:ident $right:ident $handler:path;)+) => {
        &[$(Route {
            method: Method::$method,
            path: $path,
            limit: $limit,
            handler: table!(@ $right $handler),
        }),+]
    };
    (@ Open $handler:path) => { Handler::Open(|call| Box::pin($handler(call))) };
    (@ $right:ident $handler:path) => {
        Handler::Account(Right::$right, |call, account| Box::pin($handler(call, account)))
    };
}

/// All of them.
pub(crate) const TABLE: &[Route] = table! {
    Any  "/cgi-bin/token"                             JSON Open       tokens::classic;
    Post "/cgi-bin/stable_token"                      JSON Open       tokens::stable;
    Get  "/cgi-bin/getcallbackip"                     JSON Basics     callbacks::sources;
    Get  "/cgi-bin/get_api_domain_ip"                 JSON Basics     callbacks::own;
    Post "/cgi-bin/callback/check"                    JSON Basics     callbacks::check;
    Get  "/cgi-bin/get_current_autoreply_info"        JSON Basics     auto_replies::get;
    Post "/cgi-bin/shorturl"                          JSON ShortKeys  shorts::shorten;
    Post "/cgi-bin/shorten/gen"                       JSON ShortKeys  shorts::keep;
    Post "/cgi-bin/shorten/fetch"                     JSON ShortKeys  shorts::fetch;
    Post "/cgi-bin/clear_quota"                       JSON Basics     quotas::clear;
    Post "/cgi-bin/clear_quota/v2"                    JSON Open       quotas::clear_by_secret;
    Post "/cgi-bin/openapi/quota/get"                 JSON Basics     quotas::get;
    Post "/cgi-bin/openapi/quota/clear"               JSON Basics     quotas::clear_one;
    Post "/cgi-bin/openapi/rid/get"                   JSON Basics     rids::get;
    Get  "/cgi-bin/ticket/getticket"                  JSON Basics     tokens::ticket;
    Post "/cgi-bin/message/custom/send"               JSON CustomSend custom::send;
    Post "/cgi-bin/message/custom/typing"             JSON CustomSend custom::typing;
    Any  "/cgi-bin/customservice/getkflist"           JSON Agents     agents::all;
    Any  "/customservice/getkflist"                   JSON Agents     agents::all;
    Any  "/cgi-bin/customservice/getonlinekflist"     JSON Agents     agents::online;
    Any  "/customservice/getonlinekflist"             JSON Agents     agents::online;
    Post "/customservice/kfaccount/add"               JSON Agents     agents::add;
    Post "/customservice/kfaccount/update"            JSON Agents     agents::update;
    Any  "/customservice/kfaccount/del"               JSON Agents     agents::remove;
    Post "/customservice/kfaccount/inviteworker"      JSON Agents     agents::invite;
    Post "/customservice/kfaccount/uploadheadimg"     FILE Agents     agents::set_avatar;
    Post "/cgi-bin/customservice/kfaccount/add"       JSON Agents     agents::add;
    Post "/cgi-bin/customservice/kfaccount/update"    JSON Agents     agents::update;
    Any  "/cgi-bin/customservice/kfaccount/del"       JSON Agents     agents::remove;
    Post "/cgi-bin/customservice/kfaccount/inviteworker" JSON Agents  agents::invite;
    Post "/cgi-bin/customservice/kfaccount/uploadheadimg" FILE Agents agents::set_avatar;
    Post "/customservice/kfsession/create"            JSON Agents     agent_sessions::create;
    Post "/customservice/kfsession/close"             JSON Agents     agent_sessions::close;
    Get  "/customservice/kfsession/getsession"        JSON Agents     agent_sessions::get;
    Get  "/customservice/kfsession/getsessionlist"    JSON Agents     agent_sessions::of_agent;
    Get  "/customservice/kfsession/getwaitcase"       JSON Agents     agent_sessions::waiting;
    Post "/customservice/msgrecord/getmsglist"        JSON Agents     agent_sessions::records;
    Post "/cgi-bin/customservice/msgrecord/getmsglist" JSON Agents    agent_sessions::records;
    Post "/customservice/msgrecord/getrecord"         JSON Agents     agent_sessions::record_pages;
    Post "/cgi-bin/customservice/getrecord"           JSON Agents     agent_sessions::record_pages;
    Post "/cgi-bin/message/mass/sendall"              JSON Broadcast  mass::to_all;
    Post "/cgi-bin/message/mass/send"                 JSON BroadcastList mass::to_list;
    Post "/cgi-bin/message/mass/preview"              JSON Broadcast  mass::preview;
    Post "/cgi-bin/message/mass/delete"               JSON Broadcast  mass::withdraw;
    Post "/cgi-bin/message/mass/get"                  JSON Broadcast  mass::status;
    Post "/cgi-bin/message/mass/speed/get"            JSON Broadcast  mass::speed;
    Post "/cgi-bin/message/mass/speed/set"            JSON Broadcast  mass::set_speed;
    Post "/cgi-bin/message/template/send"             JSON Templates  templates::send;
    Post "/cgi-bin/message/template/subscribe"        JSON OneTime    one_time::send;
    Post "/cgi-bin/message/subscribe/bizsend"         JSON Templates  notices::send;
    Post "/cgi-bin/template/api_set_industry"         JSON Templates  templates::set_industries;
    Any  "/cgi-bin/template/get_industry"             JSON Templates  templates::industries;
    Post "/cgi-bin/template/api_add_template"         JSON Templates  templates::adopt;
    Any  "/cgi-bin/template/get_all_private_template" JSON Templates  templates::all;
    Post "/cgi-bin/template/del_private_template"     JSON Templates  templates::remove;
    Post "/wxaapi/newtmpl/addtemplate"                JSON Templates  notices::adopt;
    Post "/wxaapi/newtmpl/deltemplate"                JSON Templates  notices::remove;
    Get  "/wxaapi/newtmpl/getcategory"                JSON Templates  notices::categories;
    Get  "/wxaapi/newtmpl/getpubtemplatekeywords"     JSON Templates  notices::keywords;
    Get  "/wxaapi/newtmpl/getpubtemplatetitles"       JSON Templates  notices::titles;
    Get  "/wxaapi/newtmpl/gettemplate"                JSON Templates  notices::all;
    Post "/cgi-bin/menu/create"                       JSON Menu       menus::set;
    Get  "/cgi-bin/menu/get"                          JSON Menu       menus::get;
    Any  "/cgi-bin/menu/delete"                       JSON Menu       menus::remove;
    Post "/cgi-bin/menu/addconditional"               JSON Menu       menus::add;
    Post "/cgi-bin/menu/delconditional"               JSON Menu       menus::remove_one;
    Post "/cgi-bin/menu/trymatch"                     JSON Menu       menus::try_match;
    Get  "/cgi-bin/get_current_selfmenu_info"         JSON Menu       menus::on_show;
    Post "/cgi-bin/media/upload"                      FILE Media      media::upload;
    Get  "/cgi-bin/media/get"                         JSON Media      media::get;
    Get  "/cgi-bin/media/get/jssdk"                   JSON Media      media::get_voice;
    Post "/cgi-bin/media/uploadimg"                   FILE Media      media::upload_picture;
    Post "/cgi-bin/media/uploadvideo"                 JSON Media      media::film;
    Post "/cgi-bin/material/add_material"             FILE Media      materials::add;
    Post "/cgi-bin/material/get_material"             JSON Media      materials::get;
    Post "/cgi-bin/material/del_material"             JSON Media      materials::remove;
    Any  "/cgi-bin/material/get_materialcount"        JSON Media      materials::count;
    Post "/cgi-bin/material/batchget_material"        JSON Media      materials::page;
    Post "/cgi-bin/material/add_news"                 NEWS Media      drafts::add_material;
    Post "/cgi-bin/material/update_news"              NEWS Media      drafts::update_material;
    Post "/cgi-bin/media/uploadnews"                  NEWS Media      drafts::upload;
    Post "/cgi-bin/draft/add"                         NEWS Articles   drafts::add;
    Post "/cgi-bin/draft/get"                         JSON Articles   drafts::get;
    Post "/cgi-bin/draft/update"                      NEWS Articles   drafts::update;
    Post "/cgi-bin/draft/delete"                      JSON Articles   drafts::remove;
    Any  "/cgi-bin/draft/count"                       JSON Articles   drafts::count;
    Post "/cgi-bin/draft/batchget"                    JSON Articles   drafts::page;
    Post "/cgi-bin/freepublish/submit"                JSON Articles   publishing::submit;
    Post "/cgi-bin/freepublish/get"                   JSON Articles   publishing::get;
    Post "/cgi-bin/freepublish/delete"                JSON Articles   publishing::remove;
    Post "/cgi-bin/freepublish/getarticle"            JSON Articles   publishing::article;
    Post "/cgi-bin/freepublish/batchget"              JSON Articles   publishing::page;
    Post "/cgi-bin/comment/open"                      JSON Basics     comments::open;
    Post "/cgi-bin/comment/close"                     JSON Basics     comments::close;
    Post "/cgi-bin/comment/list"                      JSON Basics     comments::page;
    Post "/cgi-bin/comment/markelect"                 JSON Basics     comments::elect;
    Post "/cgi-bin/comment/unmarkelect"               JSON Basics     comments::unelect;
    Post "/cgi-bin/comment/delete"                    JSON Basics     comments::remove;
    Post "/cgi-bin/comment/reply/add"                 JSON Basics     comments::reply;
    Post "/cgi-bin/comment/reply/delete"              JSON Basics     comments::unreply;
    Get  "/cgi-bin/user/info"                         JSON Audience   users::info;
    Post "/cgi-bin/user/info/batchget"                JSON Audience   users::infos;
    Get  "/cgi-bin/user/get"                          JSON Audience   users::page;
    Post "/cgi-bin/user/info/updateremark"            JSON Audience   users::remark;
    Post "/cgi-bin/tags/create"                       JSON Audience   tags::create;
    Any  "/cgi-bin/tags/get"                          JSON Audience   tags::all;
    Post "/cgi-bin/tags/update"                       JSON Audience   tags::rename;
    Post "/cgi-bin/tags/delete"                       JSON Audience   tags::remove;
    Any  "/cgi-bin/user/tag/get"                      JSON Audience   tags::followers;
    Post "/cgi-bin/tags/members/batchtagging"         JSON Audience   tags::give;
    Post "/cgi-bin/tags/members/batchuntagging"       JSON Audience   tags::take;
    Post "/cgi-bin/tags/getidlist"                    JSON Audience   tags::of_follower;
    Post "/cgi-bin/tags/members/getblacklist"         JSON Audience   tags::blocked;
    Post "/cgi-bin/tags/members/batchblacklist"       JSON Audience   tags::block;
    Post "/cgi-bin/tags/members/batchunblacklist"     JSON Audience   tags::unblock;
    Post "/cgi-bin/qrcode/create"                     JSON SceneCodes codes::create;
    Get  "/cgi-bin/showqrcode"                        JSON Open       codes::picture;
    Any  "/sns/oauth2/access_token"                   JSON Open       sns::redeem;
    Any  "/sns/oauth2/refresh_token"                  JSON Open       sns::renew;
    Get  "/sns/userinfo"                              JSON Open       sns::user_info;
    Get  "/sns/auth"                                  JSON Open       sns::check;
    Post "/datacube/getusersummary"                   JSON Figures    datacube::followers::summary;
    Post "/datacube/getusercumulate"                  JSON Figures    datacube::followers::cumulate;
    Post "/datacube/getarticlesummary"                JSON Figures    datacube::articles::summary;
    Post "/datacube/getarticletotal"                  JSON Figures    datacube::articles::total;
    Post "/datacube/getuserread"                      JSON Figures    datacube::articles::read_by_day;
    Post "/datacube/getuserreadhour"                  JSON Figures    datacube::articles::read_by_hour;
    Post "/datacube/getusershare"                     JSON Figures    datacube::articles::shared_by_day;
    Post "/datacube/getusersharehour"                 JSON Figures    datacube::articles::shared_by_hour;
    Post "/datacube/getupstreammsg"                   JSON Figures    datacube::messages::by_day;
    Post "/datacube/getupstreammsghour"               JSON Figures    datacube::messages::by_hour;
    Post "/datacube/getupstreammsgweek"               JSON Figures    datacube::messages::by_week;
    Post "/datacube/getupstreammsgmonth"              JSON Figures    datacube::messages::by_month;
    Post "/datacube/getupstreammsgdist"               JSON Figures    datacube::messages::spread_by_day;
    Post "/datacube/getupstreammsgdistweek"           JSON Figures    datacube::messages::spread_by_week;
    Post "/datacube/getupstreammsgdistmonth"          JSON Figures    datacube::messages::spread_by_month;
    Post "/datacube/getinterfacesummary"              JSON Figures    datacube::calls::by_day;
    Post "/datacube/getinterfacesummaryhour"          JSON Figures    datacube::calls::by_hour;
};

/// Calls into Tencent's own world: answered "unauthorized" rather than "no such address", so that
/// clients raise what they know (`reference/wechat-api.md` 3).
pub(crate) const FOREIGN: &[&str] = &[
    "/card",
    "/shakearound",
    "/bizwifi",
    "/cgi-bin/poi",
    "/cgi-bin/api_getwxcategory",
    "/device",
    "/cv",
    "/cgi-bin/media/voice",
    "/semantic",
    "/scan",
    "/merchant",
    "/marketing",
    "/cgi-bin/guide",
    "/tcb",
    "/wxa",
    "/cgi-bin/wxopen",
    "/cgi-bin/wxaapp",
    "/cgi-bin/message/wxopen",
    "/cgi-bin/open",
    "/cgi-bin/groups",
    "/cgi-bin/changeopenid",
    "/cgi-bin/message/subscribe/send",
    "/connect/qrconnect",
    "/sns/oauth2/component",
    "/sns/jscode2session",
    "/publisher",
    "/pay",
    "/payfeedback",
    "/datacube/getcardbizuininfo",
    "/datacube/getcardcardinfo",
    "/datacube/getcardmembercarddetail",
    "/datacube/getcardmembercardinfo",
];

/// The protocol's own prefixes: whatever else is asked under them doesn't exist.
pub(crate) const OWN: &[&str] =
    &["/cgi-bin", "/sns", "/connect", "/customservice", "/datacube", "/wxaapi", "/mp"];
