// Audits pages with Lighthouse as a phone would load them, signed in with the given cookies, one after the other.
// Standard input: {"browser", "flags", "environment", "pages": [{"name", "url", "cookies"}]}; standard output: scores.

import { readFileSync } from "node:fs";

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const CATEGORIES = ["performance", "accessibility", "best-practices"];
const order = JSON.parse(readFileSync(0, "utf8"));
const chrome = await launch({
  chromePath: order.browser,
  chromeFlags: ["--headless=new", ...order.flags],
  logLevel: "silent",
});
const browser = await puppeteer.connect({ browserURL: `http://127.0.0.1:${chrome.port}`, defaultViewport: null });
const found = [];
try {
  for (const asked of order.pages) {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    await context.setCookie(...asked.cookies);
    const flags = { onlyCategories: CATEGORIES, output: "json", logLevel: "silent", disableStorageReset: true };
    const { lhr } = await lighthouse(asked.url, flags, undefined, page);
    found.push({
      name: asked.name,
      shown: lhr.finalDisplayedUrl,
      scores: Object.fromEntries(CATEGORIES.map((name) => [name, Math.round((lhr.categories[name].score ?? 0) * 100)])),
      faults: Object.values(lhr.audits)
        .filter((audit) => audit.score !== null && audit.score < 0.9)
        .map((audit) => `${audit.id} ${audit.displayValue ?? ""}`.trim()),
    });
    await context.close();
  }
} finally {
  await browser.disconnect();
  chrome.kill();
}
process.stdout.write(JSON.stringify(found));
