// The built pages without a Worker, and a browser to look at them: what most test files begin and end with.

import { after, before } from "node:test";
import { launch, open } from "./browser.mjs";
import { serve } from "./serve.mjs";

/** Serves the pages and starts a browser for the tests of one file. Gives what opens a new page, see `open`. */
export function pages() {
  let site, browser;
  before(async () => {
    site = await serve();
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await site?.stop();
  });
  return (options) => open(browser, site.url, options);
}
