/** Puts a text on the clipboard. Gives what to tell the reader: that it is there, or what to do instead. */
export async function copied(text: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return "Copied.";
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return "The browser did not allow it: select the text and copy it.";
  }
}
