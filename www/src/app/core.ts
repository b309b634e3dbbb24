import { signal } from "@preact/signals";
import binary from "postcall/postcall.wasm?url";

export type Core = typeof import("postcall/slim");

/**
 * The package, null until it is there. Its binary is several times as large as the pages, which are drawn before it has
 * come, so it is fetched as it is and not as text in a script.
 */
export const core = signal<Core | null>(null);

/** Whether the core could not be loaded. Browsers remember that of a module, so only a new page can try again. */
export const coreFailed = signal(false);

export async function loadCore(): Promise<void> {
  try {
    const [slim, answer] = await Promise.all([import("postcall/slim"), fetch(binary)]);
    await slim.init(answer);
    core.value = slim;
  } catch (error) {
    coreFailed.value = true;
    console.error(error);
  }
}
