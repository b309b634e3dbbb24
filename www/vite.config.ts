import { defineConfig, type Plugin } from "vite";

/** The Worker as `npm start` runs it; the pages are developed beside it. */
const WORKER = "http://127.0.0.1:8787";

/** The core is asked for together with the page's own scripts, and not once they have run. */
const coreFirst: Plugin = {
  name: "core-first",
  transformIndexHtml: {
    order: "post",
    handler(_, { bundle }) {
      const built = Object.values(bundle ?? {});
      const binary = built.find((file) => file.type === "asset" && file.fileName.endsWith(".wasm"));
      const script = built.find((file) => file.type === "chunk" && file.name === "slim");
      if (bundle !== undefined && (binary === undefined || script === undefined)) throw new Error("the core is not among what was built");
      const link = (file: { fileName: string } | undefined, attributes: Record<string, string>) =>
        file === undefined ? [] : [{ tag: "link", attrs: { ...attributes, crossorigin: true, href: `/${file.fileName}` }, injectTo: "head" as const }];
      return [...link(binary, { rel: "preload", as: "fetch", type: "application/wasm" }), ...link(script, { rel: "modulepreload" })];
    },
  },
};

export default defineConfig({
  plugins: [coreFirst],
  server: {
    host: "127.0.0.1",
    proxy: { "/api": WORKER, "/webhook": WORKER, "/healthz": WORKER },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2023",
    // `light-dark()` is left to the browser: all of these know it, and so do their successors.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The policy in public/_headers admits no `data:` addresses, so that nothing is written into the page or its style.
    assetsInlineLimit: 0,
    // Every browser that runs the target knows `modulepreload`.
    modulePreload: { polyfill: false },
  },
});
