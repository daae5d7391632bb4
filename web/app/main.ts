import type { Context } from "./context";
import { rememberScene } from "./follow";
import { t } from "./i18n";
import { Outbox } from "./outbox";
import { takeInvitation } from "./router";
import { session } from "./session";
import { Store } from "./store";
import { Sync } from "./sync";
import { applyTheme } from "./theme";
import { announce } from "./toast";
import { preview } from "./views/bubble";
import { Shell } from "./views/shell";
import { signIn } from "./views/signin";

applyTheme();
const root = document.getElementById("app");
if (root) start(root);

function start(root: HTMLElement): void {
  const invitation = takeInvitation();
  if (invitation?.scene) rememberScene(invitation.account, invitation.scene);
  if (session.token()) run(root);
  else signIn(root, false, () => run(root));
}

/** One signed-in session, from its first request to its end. */
function run(root: HTMLElement): void {
  const store = new Store();
  const outbox = new Outbox(store);
  const sync = new Sync(store, outbox);
  let life = new AbortController();
  const draw = () => {
    life.abort();
    life = new AbortController();
    const context: Context = { store, sync, outbox, signal: life.signal };
    new Shell(root, context, draw);
  };
  session.whenEnded((expired) => {
    life.abort();
    sync.stop();
    signIn(root, expired, () => run(root));
  });
  sync.arrived = (item) =>
    announce("name" in item ? t.published(item.name) : t.incoming(store.nameOf(item.account), preview(item)));
  sync.start();
  draw();
}
