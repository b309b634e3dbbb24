// Puts the repository's licences into the package before it is packed.
import { copyFileSync } from "node:fs";
import { join } from "node:path";

const here = join(import.meta.dirname, "..");
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(join(here, "..", name), join(here, name));
