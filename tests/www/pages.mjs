// The built pages as the Worker serves them, and a browser to look at them: what most test files begin and end with.

import assert from "node:assert/strict";
import { after, before } from "node:test";
import { API_TOKEN, startWorker, TOKEN } from "../edge/worker.mjs";
import { launch, open as openIn } from "./browser.mjs";

/** Starts the Worker with its pages, and a browser, for the tests of one file. `options` are those of `startWorker`. */
export function pages(options = {}) {
  const { vars: { API_TOKENS: token = API_TOKEN } = {} } = options;
  let worker, browser;
  before(async () => {
    worker = await startWorker({ assets: true, ...options });
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    await worker?.stop();
  });

  /** A new page at an address of the Worker's, see `open` of browser.mjs. */
  const open = ({ address = "", ...settings } = {}) => openIn(browser, `${worker.url}/${address}`, settings);

  return {
    url: () => worker.url,
    open,

    /** Opens a page with the API token given, does the work, and fails if the page did anything it may not. */
    async signedIn(address, work, settings) {
      const opened = await open({ address, ...settings });
      await signIn(opened.page, token);
      await work(opened.page);
      opened.quiet();
      await opened.close();
    },

    /** Posts a body to the webhook. */
    async deliver(body, status = 200) {
      const response = await fetch(`${worker.url}/webhook/${TOKEN}`, { method: "POST", body });
      assert.equal(response.status, status, await response.text());
    },

    /** The KV of the Worker, for what no request can bring about. */
    kv: () => worker.kv(),

    /** A request to the API, to look behind the page. */
    api: (path, request = {}) =>
      fetch(`${worker.url}${path}`, { ...request, headers: { authorization: `Bearer ${token}` } }),
  };
}

/** Gives the token that the page asks for. */
export async function signIn(page, token = API_TOKEN) {
  await page.getByTestId("token").fill(token);
  await page.keyboard.press("Enter");
}
