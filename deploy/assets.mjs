// Builds what browsers load: our own sources bundled and named by their content, and the libraries that framed blocks expect.
//
//   node deploy/assets.mjs [--source FOLDER] [--output FOLDER]
//
// Writes FOLDER/manifest.json: {"app.css": "app.AB12CD34.css", …}, the only file whose name is fixed.
// Beside each text file stand its .br and .gz forms, so that no server compresses the same bytes twice.

import { createHash } from "node:crypto";
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import * as esbuild from "esbuild";

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const PACKAGES = join(ROOT, "node_modules");

// Browsers of 2020 and later, which is what an old Android phone that still gets browser updates has.
const TARGET = ["chrome87", "firefox78", "safari14.1"];

// Scripts that Open edX loads on every page and that blocks take for granted, in the order in which they must run.
const FRAMED = {
  "base.js": [
    "jquery/dist/jquery.min.js",
    "underscore/underscore-min.js",
    "edx-ui-toolkit/src/js/utils/global-loader.js",
    "edx-ui-toolkit/src/js/utils/string-utils.js",
    "edx-ui-toolkit/src/js/utils/html-utils.js",
  ],
  "video.js": ["moment/min/moment.min.js", "jquery.cookie/jquery.cookie.js"],
  "jquery-ui.js": ["jquery-ui-dist/jquery-ui.min.js"],
  "qtip.js": ["qtip2/dist/jquery.qtip.min.js"],
  "qtip.css": ["qtip2/dist/jquery.qtip.css"],
  "jquery-ui.css": ["jquery-ui-dist/jquery-ui.css"],
  "font-awesome.css": ["font-awesome/css/font-awesome.css"],
};

// MathJax 2 with the input forms and the output that Open edX sets: TeX, MathML and AsciiMath drawn as SVG, so no font is fetched.
const MATHJAX = [
  "LICENSE",
  "MathJax.js",
  "config/TeX-MML-AM_SVG.js",
  "extensions/AssistiveMML.js",
  "extensions/FontWarnings.js",
  "extensions/HelpDialog.js",
  "extensions/MathEvents.js",
  "extensions/MathMenu.js",
  "extensions/MathML",
  "extensions/MathZoom.js",
  "extensions/MatchWebFonts.js",
  "extensions/Safe.js",
  "extensions/TeX",
  "extensions/a11y/accessibility-menu.js",
  "extensions/asciimath2jax.js",
  "extensions/fast-preview.js",
  "extensions/jsMath2jax.js",
  "extensions/mml2jax.js",
  "extensions/tex2jax.js",
  "extensions/toMathML.js",
  "jax/element",
  "jax/input",
  "jax/output/PreviewHTML",
  "jax/output/SVG/autoload",
  "jax/output/SVG/config.js",
  "jax/output/SVG/fonts/TeX",
  "jax/output/SVG/jax.js",
  "localization/ar",
  "localization/en",
  "localization/fr",
];

const LOADERS = {
  ".css": "css",
  ".eot": "empty",
  ".gif": "file",
  ".png": "file",
  ".svg": "dataurl",
  ".ttf": "empty",
  ".woff": "empty",
  ".woff2": "file",
};

const { values: options } = parseArgs({
  options: {
    source: { type: "string", default: join(ROOT, "lms_app/web/static/src") },
    output: { type: "string", default: join(ROOT, "lms_app/web/static/build") },
  },
});

/** Bundle every script and style sheet of the source folder; return name → hashed name. */
async function bundleOwnSources(source, output) {
  const names = await entriesOf(source);
  if (names.length === 0) return {};
  const result = await esbuild.build({
    absWorkingDir: source,
    entryPoints: names,
    outdir: output,
    bundle: true,
    minify: true,
    metafile: true,
    charset: "utf8",
    format: "iife",
    legalComments: "none",
    target: TARGET,
    loader: LOADERS,
    entryNames: "[name].[hash]",
    assetNames: "files/[name].[hash]",
    external: ["/static/*"],
    logLevel: "warning",
  });
  return Object.fromEntries(
    Object.entries(result.metafile.outputs)
      .filter(([, made]) => made.entryPoint)
      .map(([path, made]) => [basename(made.entryPoint), basename(path)]),
  );
}

/** Return the scripts and style sheets directly in the folder; none when the folder does not exist. */
async function entriesOf(folder) {
  const found = await readdir(folder, { withFileTypes: true }).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  return found.filter((entry) => entry.isFile() && [".css", ".js"].includes(extname(entry.name))).map((entry) => entry.name);
}

/** Join and minify the libraries of one framed bundle; return its hashed name. */
async function joinLibraries(name, paths, output) {
  const text = (await Promise.all(paths.map((path) => readLibrary(path)))).join(extname(name) === ".js" ? "\n;\n" : "\n");
  const isStyle = extname(name) === ".css";
  const minified = isStyle ? await minifyStyle(text, dirname(join(PACKAGES, paths[0])), output) : await minifyScript(text);
  const hashed = hashedName(name, minified);
  await writeFile(join(output, hashed), minified);
  return hashed;
}

/** Read a library's file; of Font Awesome's five font formats keep the one that every supported browser reads. */
async function readLibrary(path) {
  const text = await readFile(join(PACKAGES, path), "utf8");
  if (!path.startsWith("font-awesome/")) return text.replace(/^\/\/# sourceMappingURL=.*$/m, "");
  const face = `@font-face{font-family:FontAwesome;font-display:block;src:url("../fonts/fontawesome-webfont.woff2") format("woff2")}`;
  return text.replace(/@font-face\s*\{[^}]*\}/, face);
}

async function minifyScript(text) {
  // Names and syntax stay as they are: these scripts share globals, and are not ours to rewrite.
  const { code } = await esbuild.transform(text, { minifyWhitespace: true, charset: "utf8", legalComments: "inline", loader: "js" });
  return code;
}

async function minifyStyle(text, folder, output) {
  const result = await esbuild.build({
    stdin: { contents: text, resolveDir: folder, loader: "css" },
    absWorkingDir: folder,
    outdir: output,
    bundle: true,
    minify: true,
    write: false,
    charset: "utf8",
    loader: { ...LOADERS, ".svg": "empty" },
    assetNames: "files/[name].[hash]",
    logLevel: "error",
  });
  const [style] = result.outputFiles.filter((file) => file.path.endsWith(".css"));
  for (const file of result.outputFiles.filter((other) => other !== style)) {
    await mkdir(dirname(file.path), { recursive: true });
    await writeFile(file.path, file.contents);
  }
  return style.text;
}

/** Copy the part of MathJax that is used; return the folder, whose name carries the version. */
async function copyMathJax(output) {
  const { version } = JSON.parse(await readFile(join(PACKAGES, "mathjax/package.json"), "utf8"));
  const folder = `mathjax-${version}`;
  await Promise.all(
    MATHJAX.map((path) => cp(join(PACKAGES, "mathjax", path), join(output, folder, path), { recursive: true })),
  );
  return `${folder}/MathJax.js`;
}

/** Write .br and .gz beside each text file that is large enough to gain by it. */
async function compressTexts(folder) {
  const pack = { br: promisify(brotliCompress), gz: promisify(gzip) };
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return compressTexts(path);
      if (![".css", ".js", ".svg"].includes(extname(path))) return undefined;
      const bytes = await readFile(path);
      if (bytes.length < 512) return undefined;
      const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
      await writeFile(`${path}.br`, await pack.br(bytes, { params }));
      return writeFile(`${path}.gz`, await pack.gz(bytes, { level: 9 }));
    }),
  );
}

function hashedName(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8);
  return `${basename(name, extname(name))}.${hash}${extname(name)}`;
}

/** Build into a fresh folder, then put it in the place of the old one: a failed build leaves the old one untouched. */
async function build({ source, output }) {
  const fresh = `${output}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(join(fresh, "vendor"), { recursive: true });
  const manifest = await bundleOwnSources(resolve(source), resolve(fresh));
  for (const [name, paths] of Object.entries(FRAMED)) {
    manifest[`vendor/${name}`] = `vendor/${await joinLibraries(name, paths, resolve(fresh, "vendor"))}`;
  }
  manifest["vendor/mathjax.js"] = `vendor/${await copyMathJax(join(fresh, "vendor"))}`;
  await compressTexts(fresh);
  await writeFile(join(fresh, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(output, { recursive: true, force: true });
  await rename(fresh, output);
  return manifest;
}

const manifest = await build(options).catch((error) => {
  console.error(error.errors ? "assets: the build failed, see above." : error);
  process.exit(1);
});
console.log(`assets: ${Object.keys(manifest).length} bundles built.`);
