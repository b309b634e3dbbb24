import { signal } from "@preact/signals";

export type Core = typeof import("postcall");

/**
 * The package, null until it is there. It holds the compiled core and is several times as large as the pages, which are
 * drawn before it has come.
 */
export const core = signal<Core | null>(null);

/** Whether the core could not be loaded. */
export const coreFailed = signal(false);

export async function loadCore(): Promise<void> {
  coreFailed.value = false;
  try {
    core.value = await import("postcall");
  } catch (error) {
    coreFailed.value = true;
    console.error(error);
  }
}
