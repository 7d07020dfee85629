// Builds the explorer of the schema into files that the portal serves itself. Argument: the folder they go to.
// What would need an exception from the site's policy is left out: fonts and pictures inside the stylesheet, and
// <style> elements written by script.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const folder = process.argv[2];
const source = (name) => fileURLToPath(new URL(`../frontend/assets/explorer/${name}`, import.meta.url));
const LOADED = /@font-face\s*\{[^}]*\}|background-image:\s*url\("data:[^"]*"\);?/g;

const withoutLoading = {
  name: "without-loading",
  setup: ({ onLoad }) =>
    onLoad({ filter: /node_modules.*\.css$/ }, async ({ path }) => ({
      contents: (await readFile(path, "utf8")).replaceAll(LOADED, ""),
      loader: "css",
    })),
};

await build({
  entryPoints: [source("explorer.js")],
  outdir: folder,
  bundle: true,
  minify: true,
  // Pictures are named for screen readers after their functions.
  keepNames: true,
  target: "es2022",
  legalComments: "linked",
  define: { "process.env.NODE_ENV": '"production"' },
  alias: { "react-style-singleton": source("adopted_styles.js") },
  plugins: [withoutLoading],
  logLevel: "warning",
});
if (/url\(/.test(await readFile(join(folder, "explorer.css"), "utf8"))) {
  throw new Error("The explorer's stylesheet loads something: leave it out in toolchain/explorer.mjs.");
}
