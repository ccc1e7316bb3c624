// Bundles the scripts and styles of our blocks into the folders that hosts serve: <block>/public/<block>.{js,css} and studio.{js,css},
// and what is loaded later (scan.js).
//
//   node deploy/blocks.mjs [--check] [BLOCK …]
//
// What it makes is committed, so that the blocks install with pip alone; --check tells whether it is what the sources make.
// Hosts give out files of a block's own folder only, hence a copy of the author's form in each.

import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const BLOCKS = join(ROOT, "xblocks/src/takwin_xblocks");
const CONTRACT = join(BLOCKS, "contract");
const LATER = {
  // What a block's script loads only when it is needed, and whose work is in it.
  scan: "/* Holds the reader of the package qr, (c) 2023 Paul Miller (paulmillr.com), under the Apache License 2.0. */",
};
const TARGET = ["chrome87", "firefox78", "safari14.1"];

/** Return [source, made file] for every bundle of the blocks wanted, of all when none is named. */
async function bundles(wanted) {
  const folders = (await readdir(BLOCKS, { withFileTypes: true })).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const found = [];
  for (const name of folders.sort()) {
    const block = join(BLOCKS, name);
    if (name === "contract" || (wanted.length && !wanted.includes(name)) || !(await exists(join(block, "block.py")))) continue;
    for (const [folder, kind] of [["scripts", "js"], ["styles", "css"]]) {
      const source = join(block, folder, `${name}.${kind}`);
      if (await exists(source)) found.push([source, join(block, "public", `${name}.${kind}`)]);
      found.push([join(CONTRACT, folder, `studio.${kind}`), join(block, "public", `studio.${kind}`)]);
      for (const later of Object.keys(LATER)) {
        const other = join(block, folder, `${later}.${kind}`);
        if (await exists(other)) found.push([other, join(block, "public", `${later}.${kind}`)]);
      }
    }
  }
  return found;
}

async function exists(path) {
  return access(path).then(() => true, () => false);
}

async function bundled(source) {
  const banner = { js: LATER[basename(source, ".js")] ?? "" };
  const options = { banner, bundle: true, charset: "utf8", entryPoints: [source], format: "iife", legalComments: "none", minify: true };
  const result = await esbuild.build({ ...options, logLevel: "warning", target: TARGET, write: false });
  return result.outputFiles[0].text;
}

const isCheck = process.argv.includes("--check");
const wanted = process.argv.slice(2).filter((name) => name !== "--check");
const stale = [];
for (const [source, made] of await bundles(wanted)) {
  const text = await bundled(source);
  const before = (await exists(made)) ? await readFile(made, "utf8") : "";
  if (text === before) continue;
  stale.push(relative(ROOT, made));
  if (isCheck) continue;
  await mkdir(dirname(made), { recursive: true });
  await writeFile(made, text);
}
if (isCheck && stale.length) {
  console.error(`blocks: not what their sources make, run \`node deploy/blocks.mjs\`: ${stale.join(", ")}`);
  process.exit(1);
}
console.log(isCheck ? "blocks: bundles are current." : `blocks: ${stale.length} bundles written.`);
