// Debian's Chromium, driven by Playwright. A page that logs an error or breaks the content security policy fails its test.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const DESKTOP = { width: 1280, height: 800 };
export const PHONE = { width: 390, height: 844 };

export function launch() {
  return chromium.launch({
    executablePath: process.env.CRIER_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync"],
  });
}

/** A page in a context of its own, and what went wrong on it. */
export async function open(browser, viewport = DESKTOP, options = {}) {
  const context = await browser.newContext({ viewport, locale: "en-GB", ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const faults = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("console", (message) => {
    // A form that is refused answers 422, and Chromium logs it; the test asked for it.
    if (message.type() === "error" && !message.text().includes("status of 422")) faults.push(`${message.text()} (${message.location().url})`);
  });
  return { page, faults, close: () => context.close() };
}

/** Does what leads to another page, and is there: a click returns before the page it asks for has come. */
export async function arrive(page, act) {
  await Promise.all([page.waitForEvent("load"), act()]);
}

/** Waits for a text: what was clicked may lead to another page, which takes its time to come. */
export async function says(part, pattern) {
  await until(async () => pattern.test(await part.innerText().catch(() => "")));
  assert.match(await part.innerText(), pattern);
}

/** Waits for so many of them. */
export async function counts(parts, wanted, what) {
  await until(async () => await parts.count() === wanted);
  assert.equal(await parts.count(), wanted, what);
}

/** Ten seconds at most. */
async function until(holds) {
  for (const end = Date.now() + 10_000; Date.now() < end && !await holds();) {
    await new Promise((next) => setTimeout(next, 50));
  }
}

/** No serious or critical fault that axe finds on the page as it is. */
export async function accessible(page) {
  // Through the debugger, not a script element: the policy of the page allows none.
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const bad = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  assert.deepEqual(bad.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], page.url());
}

/** No sideways scrolling. */
export async function fits(page) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(over <= 0, `${page.url()} is ${over} px too wide`);
}

/**
 * Looks at the page as it is: it fits, and axe finds no serious fault in either theme. Where CRIER_SCREENSHOTS names a
 * folder, a picture of each theme is left there, named after the page and the width of the window.
 */
export async function look(page, name) {
  await page.waitForLoadState();
  await fits(page);
  // So a message that no language has is marked.
  assert.doesNotMatch(await page.locator("body").innerText(), /⟦/, page.url());
  for (const colorScheme of ["light", "dark"]) {
    // Colours that still move would be measured halfway.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    await accessible(page);
    await picture(page, `${name}-${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
}

async function picture(page, name) {
  const folder = process.env.CRIER_SCREENSHOTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  const width = page.viewportSize().width;
  await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true });
}
