// Who said how much of a transcript.

type Speaker = "bot" | "human";
export interface Part { turns: number; lines: number; words: number; share: number }
export interface Talk {
  turns: number; lines: number; words: number; truncated: boolean; first: Speaker | null; last: Speaker | null;
  bot: Part; human: Part;
}

const LABELS: readonly (readonly [string, Speaker])[] = [["bot:", "bot"], ["human:", "human"], ["assistant:", "bot"]];
/** What may stand behind the end of a sentence, and what a text ends in that is whole. */
const CLOSING = /["'”’“‘»›«‹)\]}」』）】\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\s]+$/u;
const WHOLE = /[.!?…‽。！？｡．؟۔।॥։።፧၊။៕‼⁇⁈⁉\u037E។།༎\u200D\u20E3\u2190-\u2BFF\uFE0F\u{1F000}-\u{1FAFF}]$/u;

/** The runs of characters that are not white space. */
function words(text: string): number {
  let count = 0;
  let was_blank = true;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    const is_blank = unit <= 32 ? unit === 32 || (unit >= 9 && unit <= 13) : unit >= 0x85 && isWideSpace(unit);
    if (was_blank && !is_blank) count += 1;
    was_blank = is_blank;
  }
  return count;
}

function isWideSpace(unit: number): boolean {
  return unit === 0x85 || unit === 0xa0 || unit === 0x1680 || (unit >= 0x2000 && unit <= 0x200a) ||
    unit === 0x2028 || unit === 0x2029 || unit === 0x202f || unit === 0x205f || unit === 0x3000;
}

export function talk(transcript: string): Talk {
  const part = (): Part => ({ turns: 0, lines: 0, words: 0, share: 0 });
  const all: Talk = { turns: 0, lines: 0, words: 0, truncated: false, first: null, last: null, bot: part(), human: part() };
  let before: Speaker | null = null;
  let last = "";
  for (const line of transcript.split("\n")) {
    const label = LABELS.find(([start]) => line.startsWith(start));
    if (label === undefined) {
      // What has no label continues the line before it, or is nobody's.
      if (before !== null) all[before].words += words(line);
      last += `\n${line}`;
      continue;
    }
    const [start, speaker] = label;
    last = line.slice(start.length);
    const one = all[speaker];
    if (before !== speaker) one.turns += 1;
    one.lines += 1;
    one.words += words(last);
    all.first ??= speaker;
    all.last = speaker;
    before = speaker;
  }
  const { bot, human } = all;
  all.turns = bot.turns + human.turns;
  all.lines = bot.lines + human.lines;
  all.words = bot.words + human.words;
  if (all.lines > 0) {
    const end = last.replace(CLOSING, "");
    all.truncated = end !== "" && !WHOLE.test(end);
  }
  if (all.words > 0) {
    bot.share = bot.words / all.words;
    human.share = 1 - bot.share;
  }
  return all;
}
