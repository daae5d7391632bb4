// A server of its own for each test file and engine: the real binary on a fresh database.
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const binary = resolve(import.meta.dirname, "../../..", process.env.CRIER_BIN ?? "target/debug/crier");

/** The engines to test on. PostgreSQL is left out only where there is none, and never under CI. */
export function engines() {
  if (process.env.CRIER_TEST_POSTGRES_URL) return ["sqlite", "postgres"];
  if (process.env.CI === "true") throw new Error("CRIER_TEST_POSTGRES_URL is not set under CI");
  console.log("SKIPPED ON POSTGRESQL: CRIER_TEST_POSTGRES_URL is not set (run .ci/services)");
  return ["sqlite"];
}

function freePort() {
  return new Promise((done) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => done(port));
    });
  });
}

function database(engine) {
  if (engine === "sqlite") return {};
  const base = new URL(process.env.CRIER_TEST_POSTGRES_URL);
  const name = `browser_${process.pid}_${Date.now()}`;
  execFileSync("psql", [base.href, "-qXc", `CREATE DATABASE ${name}`]);
  base.pathname = `/${name}`;
  return { CRIER_DATABASE_URL: base.href };
}

/**
 * Starts a server; `stop` ends it by its process id and removes its folder. As `localhost` it has a name, which browsers
 * make passkeys for.
 */
export async function serve(engine, host = "127.0.0.1") {
  const folder = mkdtempSync(join(tmpdir(), "crier-browser-"));
  const port = await freePort();
  const base = `http://${host}:${port}`;
  const env = {
    PATH: process.env.PATH,
    CRIER_LISTEN: `127.0.0.1:${port}`,
    CRIER_PUBLIC_URL: base,
    CRIER_DATA_DIR: folder,
    CRIER_WEBHOOK_ALLOW: "127.0.0.0/8",
    CRIER_LOG: "warn",
    ...database(engine),
  };
  const child = spawn(binary, ["serve"], { env, stdio: ["ignore", "ignore", "inherit"] });
  const cli = (words, input = "") =>
    JSON.parse(execFileSync(binary, [...words, "--json"], { env, input, encoding: "utf8" }));
  await ready(base, child);
  const stop = () => new Promise((done) => {
    child.once("exit", () => { rmSync(folder, { recursive: true, force: true }); done(); });
    child.kill("SIGTERM");
  });
  return { base, cli, stop, folder };
}

async function ready(base, child) {
  const until = Date.now() + 60_000;
  while (Date.now() < until && child.exitCode === null) {
    const answer = await fetch(`${base}/readyz`).catch(() => null);
    if (answer?.ok) return;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error("the server was not ready within 60 s");
}

/** The message API as one follower. */
export function follower(server, user, name) {
  const { token } = server.cli(["follower", "token", "--user", user, "--name", name ?? user]);
  return async (method, path, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(`${server.base}${path}`, { method, headers, body: body && JSON.stringify(body) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  };
}

/** Looks until `look` finds something, for ten seconds or as many as are given. */
export async function eventually(look, what, seconds = 10) {
  const until = Date.now() + seconds * 1000;
  while (Date.now() < until) {
    const found = await look();
    if (found) return found;
    await new Promise((next) => setTimeout(next, 50));
  }
  throw new Error(`not within ${seconds} s: ${what}`);
}
