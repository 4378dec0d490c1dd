/**
 * Builds dist/odoo_sfu.js (the bundle that Odoo serves), its third-party licences, and dist/demo/ (the call page).
 * The same sources give the same bytes: the date is the commit's, or SOURCE_DATE_EPOCH (seconds).
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
process.chdir(here);

const packageJson = JSON.parse(readFileSync("package.json", "utf8"));

/** What git says, or nothing outside a repository. */
function git(...args) {
  try {
    return execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "";
  }
}

function buildInfo() {
  const epochSeconds = Number(process.env.SOURCE_DATE_EPOCH ?? (git("log", "-1", "--format=%ct") || 0));
  return {
    date: new Date(epochSeconds * 1000).toISOString(),
    hash: process.env.SOURCE_COMMIT ?? git("rev-parse", "HEAD"),
    url: process.env.SOURCE_URL ?? packageJson.homepage ?? "",
    version: packageJson.version,
  };
}

const info = buildInfo();

const common = {
  bundle: true,
  format: "esm",
  target: "es2022",
  platform: "browser",
  charset: "utf8",
  legalComments: "none", // the licences go into a file of their own
  define: { __BUILD_INFO__: JSON.stringify(info) },
  metafile: true,
  logLevel: "warning",
};

/** The licence texts of every package that has a part in the bundle. */
function licences(metafile) {
  const folders = new Set(
    Object.keys(metafile.inputs)
      .map((input) => /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
      .filter((folder) => folder !== undefined),
  );
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
      const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
      const text = file ? readFileSync(join(folder, file), "utf8").trim() : "(the package has no licence file)";
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${"-".repeat(80)}\n\n`);
}

rmSync("dist/demo", { recursive: true, force: true });
mkdirSync("dist/demo", { recursive: true });

const bundle = await build({
  ...common,
  entryPoints: ["src/index.ts"],
  outfile: "dist/odoo_sfu.js",
  banner: { js: "/* @odoo-module */" }, // must be the first line: Odoo's asset bundler looks for it there
});
writeFileSync("dist/odoo_sfu.LICENSES.txt", licences(bundle.metafile));

await build({ ...common, entryPoints: ["demo/app.ts", "demo/app.css"], outdir: "dist/demo", minify: true });
for (const file of ["index.html", "icon.svg"]) {
  copyFileSync(join("demo", file), join("dist/demo", file));
}
