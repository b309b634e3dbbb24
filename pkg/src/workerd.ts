// The binary of Workers: the host compiles no bytes at run time, so the bundler hands over the module.
import module from "#module";

export function load(): WebAssembly.Module {
  return module;
}
