import type { Summary, Turn } from "postcall";
import { Capped } from "../parts/capped";
import { counted } from "../parts/format";
import { Empty, Panel } from "../parts/panel";
import { Text } from "../parts/text";

const FIRST = 200;

/** The conversation, turn by turn; what was said before the first label stands without a speaker. */
export function Transcript({ turns, talk }: { turns: readonly Turn[]; talk: Summary["talk"] }) {
  const spoken = turns.filter((turn) => turn.speaker !== null || turn.lines.some((line) => line.text.trim() !== ""));
  return (
    <Panel
      title="Transcript"
      name="transcript"
      aside={talk.lines > 0 && `${counted(talk.turns, "turn")}, ${counted(talk.words, "word")}`}
    >
      {spoken.length === 0 ? (
        <Empty>Nothing was said, or nothing was written down.</Empty>
      ) : (
        <Capped rows={spoken} first={FIRST} noun="turn">
          {(rows) => (
            <ol class="chat" data-testid="transcript">
              {rows.map((turn, place) => (
                <li key={place} class={`turn turn-${turn.speaker ?? "nobody"}`}>
                  <div class="speaker">{turn.speaker ?? "no speaker named"}</div>
                  {turn.lines.map((line, at) => (
                    <p key={at} class="bubble">
                      <Text of={line.text.replace(/\s+$/u, "")} />
                    </p>
                  ))}
                </li>
              ))}
            </ol>
          )}
        </Capped>
      )}
      {talk.truncated && spoken.length > 0 && <p class="chat-end">It ends in the middle of a sentence.</p>}
    </Panel>
  );
}
