import { api } from "./api";
import type { Context } from "./context";
import { confirm } from "./dialog";
import { t } from "./i18n";
import { complain, toast } from "./toast";
import type { Account } from "./types";

/** Which account a QR code or link brought us to, and by which scene; told to the server when we follow it. */
const scenes = new Map<string, string>();

export function rememberScene(account: string, scene: string): void {
  scenes.set(account, scene);
}

export function moveScene(from: string, to: string): void {
  const scene = scenes.get(from);
  if (scene && from !== to) scenes.set(to, scene);
}

export async function follow({ store }: Context, account: Account): Promise<void> {
  try {
    await api.follow(account.account, scenes.get(account.account));
  } catch (error) {
    return complain(error);
  }
  scenes.delete(account.account);
  store.learn({ ...account, following: true });
  toast(t.nowFollowing(account.name));
}

export async function unfollow({ store }: Context, account: Account): Promise<void> {
  const sure = await confirm(t.unfollowTitle(account.name), t.unfollowText, t.unfollow);
  if (!sure) return;
  try {
    await api.unfollow(account.account);
  } catch (error) {
    return complain(error);
  }
  store.learn({ ...account, following: false });
  toast(t.noLonger(account.name));
}
