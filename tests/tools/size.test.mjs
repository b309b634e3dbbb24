// What we ship stays small.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { BOUNDS, measure, SHIPPED } from "../../scripts/size.mjs";

for (const [name, bound] of Object.entries(BOUNDS)) {
  test(`the ${name} is at most ${bound / 1000} KB gzip`, () => {
    const paths = SHIPPED[name]();
    assert.ok(paths.length > 0 && paths.every((path) => existsSync(path)), "it has been built");
    const { gzip } = measure(paths);
    assert.ok(gzip <= bound, `it is ${gzip} bytes`);
  });
}
