// Makes dist/ from src/ and from the binary that wasm-bindgen and wasm-opt made of the crate (target/js-glue at the root).
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { asText } from "./text.mjs";

const here = resolve(import.meta.dirname, "..");
const made = resolve(here, "..", "target", "js-glue");
const dist = join(here, "dist");
const binary = join(made, "postcall_bg.wasm");
const schema = join(here, "src", "schema.json");
const tsc = join(fileURLToPath(import.meta.resolve("typescript/package.json")), "..", "bin", "tsc");

if (!existsSync(binary)) {
  console.error(`${binary} is not there: run \`npm run build\` at the root of the repository, which builds the crate first`);
  process.exit(1);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist);
copyFileSync(binary, join(dist, "postcall.wasm"));
copyFileSync(schema, join(dist, "schema.json"));

/** The modules of src/modules.d.ts, for an entry that loads the binary in one of the ways. That of Workers stays an import. */
const modules = (load) => ({
  name: "modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^#load$/ }, () => ({ path: join(here, "src", `${load}.ts`) }));
    onResolve({ filter: /^#binary$/ }, ({ path }) => ({ path, namespace: "binary" }));
    onLoad({ filter: /^/, namespace: "binary" }, () => {
      const bytes = readFileSync(binary);
      const parts = Object.entries({ ...asText(bytes), length: bytes.length });
      return { contents: parts.map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};`).join("\n") };
    });
    onResolve({ filter: /^#schema$/ }, ({ path }) => ({ path, namespace: "schema" }));
    onLoad({ filter: /^/, namespace: "schema" }, () => ({ contents: `export default () => (${readFileSync(schema, "utf8")});` }));
    onResolve({ filter: /^#module$/ }, () => ({ path: "../postcall.wasm", external: true }));
  },
});

/** The entries: what each has from src, and which module of src loads the binary for it. */
const ENTRIES = {
  node: { from: "index", load: "node" },
  inline: { from: "index", load: "embedded" },
  workerd: { from: "index", load: "workerd" },
  slim: { from: "slim", load: "absent" },
  worker: { from: "worker", load: "embedded" },
  client: { from: "client" },
  embedded: { from: "embedded" },
};

async function entry(name, format, options) {
  const { from, load } = ENTRIES[name];
  await build({
    absWorkingDir: here,
    entryPoints: [`src/${from}.ts`],
    // First, and with it the binary: amid the script that would part what repeats, and compressors look back 32 KB.
    inject: load ? ["src/engine.ts"] : [],
    outfile: join(dist, format, `${name}.js`),
    format,
    bundle: true,
    target: "es2022",
    platform: "neutral",
    plugins: [modules(load)],
    legalComments: "none",
    logLevel: "warning",
    ...options,
  });
}

for (const name of ["inline", "workerd", "slim", "worker", "client"]) await entry(name, "esm");
for (const name of ["inline", "slim", "client", "embedded"]) await entry(name, "cjs");
// The functions of src/modules.d.ts, which modules and CommonJS write differently. They are written past esbuild, which would hide
// a module's `require` from other bundlers: those follow it there, too. What bundles may lack is asked for in calls alone.
const NODE = {
  esm: [
    'import { readFileSync } from "node:fs";',
    'const beside = () => readFileSync(new URL("../postcall.wasm", import.meta.url));',
    'const embedded = () => require("../cjs/embedded.js");',
  ],
  cjs: [
    'const beside = () => require("node:fs").readFileSync(require("node:path").join(__dirname, "..", "postcall.wasm"));',
    'const embedded = () => require("./embedded.js");',
  ],
};
for (const [format, lines] of Object.entries(NODE)) await entry("node", format, { banner: { js: lines.join("\n") } });

// One set of declarations for both kinds of modules: which kind a declaration has is decided by its folder. Those of
// modules that no public one mentions stay out.
const PUBLIC = [
  ["abort", "index", "client", "input", "issue", "lines", "payload", "read", "signature", "slim", "standard", "stats", "summary"],
  ["tables", "vocabularies", "worker"],
].flat();
const declarations = join(dist, "declarations");
const options = ["--declaration", "--emitDeclarationOnly", "--stripInternal", "--outDir", declarations];
execFileSync(process.execPath, [tsc, ...options], { cwd: here, stdio: "inherit" });
for (const folder of ["esm", "cjs"]) {
  for (const name of PUBLIC) copyFileSync(join(declarations, `${name}.d.ts`), join(dist, folder, `${name}.d.ts`));
}
rmSync(declarations, { recursive: true });
writeFileSync(join(dist, "cjs", "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
