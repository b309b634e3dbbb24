/** Hands the browser a file to save. Nothing is sent: the file is made of what the page holds. */
export function download(name: string, parts: BlobPart[], type: string): void {
  const address = URL.createObjectURL(new Blob(parts, { type }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the file over once the click has been handled.
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** A name for a file: what every file system takes, and not so long that one refuses it. */
export function fileName(start: string, id: string, ending: string): string {
  const safe = id.replaceAll(/[^\p{L}\p{N}_-]+/gu, "-").slice(0, 80);
  return `${start}-${safe}.${ending}`;
}
