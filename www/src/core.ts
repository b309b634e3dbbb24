import { signal } from "@preact/signals";

export type Core = typeof import("postcall");

/**
 * The package, null until it is there. It holds the compiled core and is several times as large as the pages, which are
 * drawn before it has come.
 */
export const core = signal<Core | null>(null);

/** Whether the core could not be loaded. Browsers remember that of a module, so only a new page can try again. */
export const coreFailed = signal(false);

export async function loadCore(): Promise<void> {
  try {
    core.value = await import("postcall");
  } catch (error) {
    coreFailed.value = true;
    console.error(error);
  }
}
