import { go, INSPECTOR } from "../app/router";
import { leaveBatch, startBatch } from "./batch";
import { setBytes, setFile } from "./inspection";
import { isNamedLines } from "./lines";

/** Takes files that were chosen or dropped: one payload is inspected, many are a batch. */
export async function takeFiles(files: readonly File[]): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  if (files.length > 1 || isNamedLines(first)) return startBatch(files);
  leaveBatch();
  await setFile(first);
}

/** Goes to the inspector with bytes that came from elsewhere. */
export function inspectBytes(name: string, bytes: Uint8Array): void {
  leaveBatch();
  setBytes(name, bytes);
  go(INSPECTOR);
}
