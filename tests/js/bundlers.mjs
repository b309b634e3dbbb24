// Bundlers, each with the settings that its users have for a page, or for a server.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { BUN, DENO, HOSTS, host } from "./installed.mjs";

/** Those that bundle pages. */
export const PAGES = ["esbuild", "Vite", "webpack", "Rollup", "Bun", "Deno"];

const NODE = [process.execPath];

/**
 * Those that bundle servers, and the runtime that runs them. Where a user names conditions, esbuild, Vite and webpack go
 * without `module`, as Bun always does for servers.
 */
export const SERVERS = {
  esbuild: NODE,
  "esbuild with conditions": NODE,
  Vite: NODE,
  "Vite with conditions": NODE,
  webpack: NODE,
  "webpack with conditions": NODE,
  "Bun for Node": NODE,
  Bun: [BUN, "run"],
  Deno: [DENO, "run", "--no-remote", "--cached-only", "--no-prompt", "--allow-read"],
};

/**
 * Bundles a module of a project into `dist/`, for a page, or for a server where a format is given. The path of the
 * bundle, which has the name of the module.
 */
export async function bundle(bundler, folder, entry, { format } = {}) {
  const name = basename(entry).replace(/\.m?js$/, "") + (format === undefined ? ".js" : format === "esm" ? ".mjs" : ".cjs");
  await BUNDLERS[bundler]({ folder, entry: join(folder, entry), dist: join(folder, "dist"), name, format });
  return join(folder, "dist", name);
}

/** Has a program bundle. It fails where the program does. */
function run(folder, program, args, env = {}) {
  execFileSync(program, args, { cwd: folder, env: { ...process.env, NO_COLOR: "1", ...env }, stdio: ["ignore", "pipe", "pipe"] });
}

const BUNDLERS = {
  async esbuild({ entry, dist, name, format, conditions }) {
    const platform = format === undefined ? "browser" : "node";
    const settings = { bundle: true, minify: true, platform, conditions, format: format ?? "esm", logLevel: "warning" };
    await build({ ...settings, entryPoints: [entry], outfile: join(dist, name) });
  },

  "esbuild with conditions": (job) => BUNDLERS.esbuild({ ...job, conditions: ["production"] }),

  async Vite({ folder, entry, dist, name, format, conditions }) {
    const { build } = await host("vite");
    const output = { entryFileNames: name, assetFileNames: "[name]-[hash][extname]", format };
    const rolldownOptions = { input: entry, output, preserveEntrySignatures: "strict" };
    await build({
      root: folder,
      base: "/",
      logLevel: "error",
      configFile: false,
      publicDir: false,
      worker: { format: "es" },
      build: { outDir: dist, emptyOutDir: false, rolldownOptions, modulePreload: false, ssr: format !== undefined },
      ssr: { noExternal: true, resolve: { conditions } },
    });
  },

  "Vite with conditions": (job) => BUNDLERS.Vite({ ...job, conditions: ["node"] }),

  async webpack({ folder, entry, dist, name, format, conditions }) {
    const { default: webpack } = await host("webpack");
    const isModule = format !== "cjs";
    const library = isModule ? { type: "module" } : undefined;
    const stats = await new Promise((resolve, reject) => {
      const settings = {
        mode: "production",
        context: folder,
        entry,
        target: format === undefined ? "web" : "node20",
        resolve: conditions && { conditionNames: conditions },
        experiments: { outputModule: isModule },
        output: { path: dist, filename: name, module: isModule, library, publicPath: format === undefined ? "/" : undefined },
        performance: false,
      };
      webpack(settings, (error, stats) => (error ? reject(error) : resolve(stats)));
    });
    const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
    const said = [...errors, ...warnings].map(({ message }) => message);
    if (said.length > 0) throw new Error(said.join("\n"));
  },

  "webpack with conditions": (job) => BUNDLERS.webpack({ ...job, conditions: ["node", "import", "require"] }),

  async Rollup({ folder, entry, dist, name }) {
    const { rollup } = await host("rollup");
    const { nodeResolve } = await host("@rollup/plugin-node-resolve");
    const onwarn = ({ message }) => {
      throw new Error(message);
    };
    const bundle = await rollup({ input: entry, plugins: [nodeResolve({ rootDir: folder, browser: true })], onwarn });
    await bundle.write({ dir: dist, format: "es", entryFileNames: name });
    await bundle.close();
  },

  async Bun({ folder, entry, dist, name, format, target = format === undefined ? "browser" : "bun" }) {
    run(folder, BUN, ["build", "--minify", `--target=${target}`, `--format=${format ?? "esm"}`, entry, `--outfile=${join(dist, name)}`]);
  },

  "Bun for Node": (job) => BUNDLERS.Bun({ ...job, target: "node" }),

  async Deno({ folder, entry, dist, name, format }) {
    // Deno would fetch the esbuild of its version; here that lies where Deno keeps what it has fetched.
    const cache = mkdtempSync(join(tmpdir(), "postcall-deno-"));
    const { version } = JSON.parse(readFileSync(join(HOSTS, "@esbuild", "linux-x64", "package.json"), "utf8"));
    mkdirSync(join(cache, "dl", `esbuild-${version}`), { recursive: true });
    symlinkSync(join(HOSTS, "@esbuild", "linux-x64", "bin", "esbuild"), join(cache, "dl", `esbuild-${version}`, "esbuild-linux-x64"));
    const platform = format === undefined ? "browser" : "deno";
    const args = ["bundle", "--quiet", "--no-remote", "--minify", "--platform", platform, "--format", format ?? "esm"];
    try {
      run(folder, DENO, [...args, "--output", join(dist, name), entry], { DENO_DIR: cache, DENO_NO_UPDATE_CHECK: "1" });
    } finally {
      rmSync(cache, { recursive: true });
    }
  },
};
