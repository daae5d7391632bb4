/** What the follower API says, as this page reads it. Fields it doesn't use are left out. */
export interface Account {
  account: string;
  name: string;
  kind: "service" | "subscription";
  description: string;
  avatar_url: string | null;
  verified: boolean;
  following: boolean;
  openid?: string;
  closed?: boolean;
}

export interface Article { title: string; description?: string; url: string; picture_url?: string }
export interface MenuChoice { id: string; text: string }
export interface TemplateLine { text: string; color?: string }

export type Body =
  | { type: "text"; text: string; menu_item?: string }
  | { type: "image"; media_id: string; url?: string; thumbnail_url?: string; width?: number; height?: number }
  | { type: "voice"; media_id: string; url?: string }
  | { type: "video"; media_id: string; url?: string; thumbnail_url?: string; title?: string; description?: string }
  | { type: "music"; title?: string; description?: string; url?: string; hq_url?: string; thumbnail_url?: string }
  | { type: "location"; latitude: number; longitude: number; scale?: number; label?: string }
  | { type: "link"; title: string; description?: string; url: string }
  | { type: "news"; articles: Article[] }
  | { type: "menu"; head?: string; items: MenuChoice[]; tail?: string }
  | { type: "template"; title?: string; url?: string; lines: TemplateLine[]; mini_program?: { app_id: string; path: string } }
  | { type: "mini_program"; title?: string; app_id: string; path?: string; thumbnail_url?: string };

export type Message = {
  id: number;
  seq: number;
  account: string;
  from: "follower" | "account";
  created_at: string;
  /** Who wrote it in the account's name, where somebody did under a name of their own. */
  agent?: { name: string; avatar_url: string | null };
} & Body;

export type Broadcast = { id: number; seq: number; account: string; name: string; created_at: string } & Body;

export interface Conversation {
  account: string;
  name: string;
  avatar_url: string | null;
  last_message: Message | null;
  last_seq: number;
  read_seq: number;
  /** Up to which message the account has read. */
  account_read_seq: number;
  unread: number;
}

export interface MenuButton { id?: string; name: string; type?: string; url?: string; buttons?: MenuButton[] }

export interface Notice {
  template_id: string;
  title: string;
  kind: "message" | "once" | "long";
  accepted: boolean;
  remaining?: number;
}
/** What an account's web pages may know. */
export interface Consent { scope: "base" | "profile"; granted_at: string; expires_at: string }

export interface Sent { id: number; seq: number; created_at: string }
