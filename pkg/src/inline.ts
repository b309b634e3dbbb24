// The entry for pages, bundlers and every other host: the binary is part of the module.
import { embedded } from "./embedded.js";
import { loadWith } from "./engine.js";

loadWith(embedded);

export * from "./index.js";
