/** How much of a text is looked at to tell whether it holds a payload in each line. */
const PEEK_BYTES = 1_000_000;

/** Whether a file is lines of JSON, by its name or by its beginning. */
export async function holdsLines(file: File): Promise<boolean> {
  return isNamedLines(file) || isLines(await file.slice(0, PEEK_BYTES).text());
}

export function isNamedLines(file: File): boolean {
  return /\.(?:ndjson|jsonl)$/i.test(file.name);
}

/** Whether a text is lines of JSON, as far as its beginning tells: no JSON text goes on behind its value. */
export function isLines(text: string): boolean {
  const end = text.slice(0, PEEK_BYTES).indexOf("\n");
  if (end < 0 || text.slice(end).trim() === "") return false;
  try {
    const first: unknown = JSON.parse(text.slice(0, end));
    return typeof first === "object" && first !== null;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
