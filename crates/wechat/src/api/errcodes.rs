//! The codes this face answers, with their messages (`reference/wechat-api.md` 6). Clients compare
//! the numbers, and some the start of the text (T16).

/// Declares codes by name, and the message of each.
macro_rules! codes {
    ($($name:ident = $code:literal, $message:literal;)+) => {
        $(pub(crate) const $name: i32 = $code;)+

        /// The message of a code.
        pub(crate) fn message(code: i32) -> &'static str {
            match code {
                $($code => $message,)+
                _ => "system error",
            }
        }
    };
}

codes! {
    SYSTEM = -1, "system error";
    BAD_CREDENTIAL = 40001, "invalid credential, access_token is invalid or not latest";
    BAD_GRANT_TYPE = 40002, "invalid grant_type";
    BAD_OPENID = 40003, "invalid openid";
    BAD_MEDIA_TYPE = 40004, "invalid media type";
    BAD_FILE_TYPE = 40005, "invalid file type";
    BAD_MEDIA_ID = 40007, "invalid media_id";
    BAD_MESSAGE_TYPE = 40008, "invalid message type";
    BAD_IMAGE_SIZE = 40009, "invalid image size";
    BAD_APP_ID = 40013, "invalid appid";
    BAD_TOKEN_FORM = 40014, "invalid access_token";
    BAD_MENU_TYPE = 40015, "invalid menu type";
    BAD_BUTTON_COUNT = 40016, "invalid button size";
    BAD_BUTTON_TYPE = 40017, "invalid button type";
    BAD_BUTTON_NAME = 40018, "invalid button name size";
    BAD_BUTTON_KEY = 40019, "invalid button key size";
    BAD_BUTTON_URL = 40020, "invalid button url size";
    BAD_SUB_LEVEL = 40022, "invalid sub menu level";
    BAD_SUB_COUNT = 40023, "invalid sub button size";
    BAD_SUB_TYPE = 40024, "invalid sub button type";
    BAD_SUB_NAME = 40025, "invalid sub button name size";
    BAD_SUB_KEY = 40026, "invalid sub button key size";
    BAD_SUB_URL = 40027, "invalid sub button url size";
    BAD_CODE = 40029, "invalid code";
    BAD_REFRESH_TOKEN = 40030, "invalid refresh_token";
    BAD_OPENID_LIST = 40031, "invalid openid list";
    BAD_LIST_SIZE = 40032, "invalid openid list size";
    BAD_PARAMETER = 40035, "invalid parameter";
    BAD_TEMPLATE_ID = 40037, "invalid template_id";
    BAD_URL_DOMAIN = 40048, "invalid url domain";
    BAD_ACTION_INFO = 40053, "invalid action info";
    BAD_ARTICLE_INDEX = 40060, "invalid article_idx";
    BAD_SUB_DOMAIN = 40054, "invalid sub button url domain";
    BAD_BUTTON_DOMAIN = 40055, "invalid button url domain";
    BAD_PATH = 40066, "invalid url";
    BAD_INDUSTRY = 40102, "invalid industry id";
    BAD_APP_SECRET = 40125, "invalid appsecret";
    BAD_USER_NAME = 40132, "invalid username";
    CODE_USED = 40163, "code been used";
    BAD_ACCOUNT_TYPE = 40200, "invalid account type";
    NO_CALLBACK = 40201, "invalid url, the callback url is not set";
    BAD_CHECK = 40202, "invalid action";
    BAD_OPERATOR = 40203, "invalid check_operator";
    NO_TOKEN = 41001, "access_token missing";
    NO_APP_ID = 41002, "appid missing";
    NO_REFRESH_TOKEN = 41003, "refresh_token missing";
    NO_APP_SECRET = 41004, "appsecret missing";
    NO_MEDIA = 41005, "media data missing";
    NO_MEDIA_ID = 41006, "media_id missing";
    NO_CODE = 41008, "code missing";
    NO_OPENID = 41009, "openid missing";
    TOKEN_EXPIRED = 42001, "access_token expired";
    REFRESH_TOKEN_EXPIRED = 42002, "refresh_token expired";
    CODE_EXPIRED = 42003, "code expired";
    WANTS_GET = 43001, "require GET method";
    WANTS_POST = 43002, "require POST method";
    WANTS_SUBSCRIBER = 43004, "require subscribe";
    BLOCKED = 43019, "require remove blacklist";
    INDUSTRY_TOO_OFTEN = 43100, "change template too frequently";
    NOTICE_REFUSED = 43101, "user refuse to accept the msg";
    TEMPLATE_BANNED = 43116, "template banned";
    TOO_OFTEN_TO_USER = 43117, "too frequent to this openid";
    NO_BODY = 44002, "empty post data";
    NO_NEWS = 44003, "empty news data";
    NO_CONTENT = 44004, "empty content";
    TOO_LARGE = 45001, "media size out of limit";
    CONTENT_TOO_LONG = 45002, "content size out of limit";
    TITLE_TOO_LONG = 45003, "title size out of limit";
    DESCRIPTION_TOO_LONG = 45004, "description size out of limit";
    URL_TOO_LONG = 45005, "url size out of limit";
    TOO_MANY_ARTICLES = 45008, "article size out of limit";
    DAILY_LIMIT = 45009, "reach max api daily quota limit";
    MINUTE_LIMIT = 45011, "api minute-quota reach limit must slower retry next minute";
    WINDOW_CLOSED = 45015, "response out of time limit or subscription is canceled";
    TOO_MANY_TEMPLATES = 45026, "template count limit";
    INDUSTRY_CONFLICT = 45027, "template conflict with industry";
    NO_BROADCAST_LEFT = 45028, "has no masssend quota";
    WINDOW_SPENT = 45047, "out of response count limit";
    BAD_COMMAND = 45072, "command field must be either 'Typing' or 'CancelTyping'";
    NOT_LATELY = 45080, "can only set typing within 30 seconds of the last interaction";
    TYPING_ALREADY = 45081, "already in typing state, can not set typing again";
    NO_MINI_PROGRAM = 45064, "no permission to use weapp in menu";
    CLIENT_ID_EXISTS = 45065, "clientmsgid exist";
    CLIENT_ID_TOO_LONG = 45067, "clientmsgid size out of limit";
    TOO_MANY_TAGS = 45056, "too many tag created, no more than 100";
    TAG_TOO_LARGE = 45057, "the tag has more than 100000 fans";
    SYSTEM_TAG = 45058, "can not modify or delete system tag";
    TAGS_OF_FOLLOWER = 45059, "the fan has too many tags";
    BAD_SPEED = 45083, "speed out of limit, must be 0 to 4";
    NO_SPEED = 45084, "speed missing";
    TAG_TAKEN = 45157, "tag name exist";
    TAG_NAME_TOO_LONG = 45158, "tag name too long";
    AUTHOR_TOO_LONG = 45110, "author size out of limit";
    BAD_TAG = 45159, "invalid tag id";
    BAD_CONTENT = 45166, "invalid content";
    NO_MENU = 46003, "menu no exist";
    BAD_JSON = 47001, "data format error";
    BAD_DATA = 47003, "argument invalid";
    UNAUTHORIZED = 48001, "api unauthorized";
    BANNED = 48004, "api forbidden for irregularities, view detail on the platform";
    MATERIAL_IN_USE = 48005, "material used by auto-reply or menu";
    CLEARANCES_SPENT = 48006, "forbid to clear quota because of reaching the limit";
    NO_SUCH_TYPE = 48008, "no permission for this msgtype";
    FOREIGN_OPENID = 49003, "openid does not belong to this appid";
    LIMITED = 50002, "user limited";
    PUBLISHING_TOO_OFTEN = 53501, "publish too often";
    BAD_PUBLISH_ID = 53502, "invalid publish_id";
    BROKEN_DRAFT = 53503, "draft has not passed the publish check";
    BAD_ARTICLE_ID = 53600, "invalid article id";
    AGENT_PARAMETER = 61451, "invalid parameter";
    BAD_AGENT = 61452, "invalid kf_account";
    AGENT_EXISTS = 61453, "kf_account exists";
    AGENT_TOO_LONG = 61454, "kf_account too long";
    AGENT_CHARACTERS = 61455, "illegal character in kf_account";
    TOO_MANY_AGENTS = 61456, "kf_account count exceeded";
    BAD_AVATAR = 61457, "invalid file type";
    NO_AGENT = 65401, "invalid kf_account";
    AGENT_UNBOUND = 65402, "kf_account is not bound to anybody yet";
    BAD_NICKNAME = 65403, "invalid kf_nick";
    MEMBER_IS_AGENT = 65407, "the invitee is an agent of this account already";
    INVITED_ALREADY = 65408, "the invitee has an invitation of this account already";
    NO_INVITEE = 65409, "invalid invite_wx";
    TOO_MANY_OF_MEMBER = 65410, "the invitee is an agent of too many accounts";
    AGENT_INVITED = 65411, "kf_account has an invitation that waits for an answer";
    AGENT_BOUND = 65412, "kf_account is bound already";
    NO_SESSION = 65413, "the user has no session";
    SESSION_TAKEN = 65414, "the user is in a session with another kf_account";
    AGENT_OFFLINE = 65415, "kf_account is not online";
    BAD_QUERY = 65416, "invalid query parameter";
    SPAN_TOO_LONG = 65417, "query time span is too long";
    NO_SUCH_RID = 76001, "rid not found";
    BAD_RID = 76002, "rid is error";
    NOT_YOUR_RID = 76003, "could not query this rid";
    NO_SUCH_PATH = 76021, "cgi_path not found, please check";
    NOT_YOUR_PATH = 76022, "could not use this cgi_path, no permission";
    TOO_MANY_NOTICES = 200_012, "template count limit";
    BAD_TITLE = 200_014, "invalid tid";
    BAD_START = 200_016, "invalid start";
    BAD_LIMIT = 200_017, "invalid limit";
    NO_CATEGORIES = 200_018, "ids missing";
    BAD_CATEGORIES = 200_019, "invalid ids";
    BAD_KEYWORDS = 200_020, "invalid kidList";
    BAD_PURPOSE = 200_021, "invalid sceneDesc";
    NO_COMMENT_RIGHT = 88000, "without comment privilege";
    NO_ARTICLE = 88001, "msg_data is not exists";
    TOO_MANY_ELECTED = 88003, "elected comment upper limit";
    ALREADY_REPLIED = 88005, "already reply";
    BAD_REPLY_LENGTH = 88007, "reply content beyond max len or content len is zero";
    NO_COMMENT = 88008, "comment is not exists";
    NO_REPLY = 88009, "reply is not exists";
    BAD_COMMENT_COUNT = 88010, "count range error. count <= 0 or count > 50";
    NO_CONDITIONAL_MENU = 65301, "this menuid does not exist";
    NO_MENU_USER = 65302, "no such user";
    NO_DEFAULT_MENU = 65303, "there is no selfmenu, please create selfmenu first";
    EMPTY_RULE = 65304, "matchrule is empty";
    TOO_MANY_MENUS = 65305, "the number of conditional menus is limited";
    MENU_UNSUPPORTED = 65306, "this account does not support conditional menus";
    NO_MENU_BUTTONS = 65307, "conditional menu is empty";
    NO_BUTTON_TYPE = 65308, "there is a button without a type";
    TOO_MANY_HOSTS = 65316, "too many domains in conditional menus, 3 at most";
    BAD_MENU_URL = 65317, "contains an invalid url";
    PRIVATE_RULE = 65320, "matchrule by sex or region is no longer supported";
    BAD_DATE = 61500, "date format error";
    BAD_DATES = 61501, "date range error";
    NOT_READY = 61503, "data is not ready";
}
