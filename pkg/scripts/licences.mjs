// Puts the repository's licences, and that of what is built in, into the package before it is packed.
import { copyFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const here = join(import.meta.dirname, "..");
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(here, "..", name), join(here, name));

const hmac = createRequire(import.meta.url).resolve("@noble/hashes/hmac.js");
copyFileSync(join(hmac, "..", "LICENSE"), join(here, "LICENSE-NOBLE-HASHES"));
