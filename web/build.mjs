import { context, build } from "esbuild";
import { copyFile, mkdir, rm } from "node:fs/promises";

// Names carry no hash: the server embeds the folder and answers with ETags, and templates link by fixed name.
const options = {
  outdir: "dist",
  bundle: true,
  minify: true,
  sourcemap: false,
  format: "iife",
  // light-dark() and nesting would be left half-translated by an older target.
  target: ["es2022", "chrome123", "firefox121", "safari17.5"],
  legalComments: "none",
  logLevel: "info",
};

// One run per language: esbuild would otherwise refuse two entries that share the output name `app`.
const islands = { passkeys: "islands/passkeys/passkeys.ts", editor: "islands/editor/editor.ts", crop: "islands/crop/crop.ts" };
const scripts = {
  ...options,
  entryPoints: { console: "console/console.ts", desk: "console/desk/desk.ts", app: "app/main.ts", ...islands },
};
const styles = { ...options, entryPoints: { console: "styles/console.css", app: "styles/app.css" } };

await rm("dist", { recursive: true, force: true });
await mkdir("dist", { recursive: true });
await copyFile("assets/icon.svg", "dist/icon.svg");

if (process.argv.includes("--watch")) {
  for (const one of [scripts, styles]) await (await context(one)).watch();
} else {
  await Promise.all([build(scripts), build(styles)]);
}
