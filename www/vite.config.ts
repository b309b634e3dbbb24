import { defineConfig } from "vite";

/** The Worker as `npm start` runs it; the pages are developed beside it. */
const WORKER = "http://127.0.0.1:8787";

export default defineConfig({
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
