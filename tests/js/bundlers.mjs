// Bundlers, each with the settings that its users have for a page, or for a server.

import { basename, join } from "node:path";
import { build } from "esbuild";
import { host } from "./installed.mjs";

/** Those that bundle pages, and those that bundle servers. */
export const PAGES = ["esbuild", "Vite", "webpack", "Rollup"];
export const SERVERS = ["esbuild", "webpack"];

/**
 * Bundles a module of a project into `dist/`, for a page, or for a server where a format is given. The path of the
 * bundle, which has the name of the module.
 */
export async function bundle(bundler, folder, entry, { format } = {}) {
  const name = basename(entry).replace(/\.m?js$/, "") + (format === undefined ? ".js" : format === "esm" ? ".mjs" : ".cjs");
  await BUNDLERS[bundler]({ folder, entry: join(folder, entry), dist: join(folder, "dist"), name, format });
  return join(folder, "dist", name);
}

const BUNDLERS = {
  async esbuild({ entry, dist, name, format }) {
    const platform = format === undefined ? "browser" : "node";
    await build({ entryPoints: [entry], bundle: true, minify: true, platform, format: format ?? "esm", outfile: join(dist, name), logLevel: "warning" });
  },

  async Vite({ folder, entry, dist, name }) {
    const { build } = await host("vite");
    const output = { entryFileNames: name, assetFileNames: "[name]-[hash][extname]" };
    const rolldownOptions = { input: entry, output, preserveEntrySignatures: "strict" };
    await build({
      root: folder,
      base: "/",
      logLevel: "error",
      configFile: false,
      publicDir: false,
      worker: { format: "es" },
      build: { outDir: dist, emptyOutDir: false, rolldownOptions, modulePreload: false },
    });
  },

  async webpack({ folder, entry, dist, name, format }) {
    const { default: webpack } = await host("webpack");
    const isModule = format !== "cjs";
    const library = isModule ? { type: "module" } : undefined;
    const stats = await new Promise((resolve, reject) => {
      const settings = {
        mode: "production",
        context: folder,
        entry,
        target: format === undefined ? "web" : "node20",
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
};
