// The entry for Workers: the host compiles no bytes at run time, so the bundler hands over the module.
import module from "#module";
import { loadWith } from "./engine.js";

loadWith(() => module);

export * from "./index.js";
