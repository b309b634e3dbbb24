import type { Summary } from "postcall";
import type { ComponentChildren } from "preact";
import { counted, duration, localTime, share, timeIn } from "../parts/format";
import { OutcomePill } from "../parts/pill";
import { Reveal } from "../parts/private";
import { Nothing, Text } from "../parts/text";
import { Lead } from "./lead";

/** What the call was, in one sentence and a handful of facts. */
export function SummaryCards({ summary }: { summary: Summary }) {
  return (
    <section class="summary" aria-labelledby="headline">
      <h1 id="headline" class="headline" data-testid="headline">
        <Text of={summary.headline} />
      </h1>
      <dl class="facts">
        <Fact name="Outcome">
          <div data-testid="outcome">
            <OutcomePill kind={summary.outcome.kind} />
          </div>
          <div class="fact-small">
            by rule <code>{summary.outcome.rule}</code>
          </div>
        </Fact>
        <Fact name="Duration">
          {summary.duration_seconds === null ? (
            <Nothing>not given</Nothing>
          ) : (
            <>
              <strong data-testid="duration">{duration(summary.duration_seconds)}</strong>
              <div class="fact-small">{counted(summary.duration_seconds, "second")}</div>
            </>
          )}
        </Fact>
        <Fact name="Started">
          <Started at={summary.started_at} zone={summary.timezone} />
        </Fact>
        <Fact name="Lead" aside={(summary.lead.name || summary.lead.phone_number) && <Reveal what={<span class="unseen">name and number</span>} />}>
          <Lead lead={summary.lead} />
        </Fact>
        <Fact name="Talk" wide>
          <Talk talk={summary.talk} />
        </Fact>
      </dl>
    </section>
  );
}

function Fact(props: { name: string; aside?: ComponentChildren; wide?: boolean; children: ComponentChildren }) {
  return (
    <div class={props.wide === true ? "fact fact-wide" : "fact"}>
      <dt>{props.name}</dt>
      <dd>
        {props.aside && <div class="fact-aside">{props.aside}</div>}
        {props.children}
      </dd>
    </div>
  );
}

/** The start in the viewer's zone, and in the call's own beside it. */
function Started({ at, zone }: { at: string | null; zone: string | null }) {
  if (at === null) return <Nothing>not given</Nothing>;
  const there = zone === null ? null : timeIn(at, zone);
  return (
    <>
      <strong>
        <time dateTime={at}>{localTime(at) ?? at}</time>
      </strong>
      <div class="fact-small">
        your time
        {there !== null && `; ${there} in `}
        {there === null && zone !== null && "; zone "}
        {zone !== null && <Text of={zone} />}
      </div>
    </>
  );
}

function SharePart({ name, part }: { name: "bot" | "human"; part: Summary["talk"]["bot"] }) {
  return (
    <div>
      <span class={`key key-${name}`}>{`${name} ${share(part.share)}`}</span>{" "}
      <span class="quiet">{`${counted(part.lines, "line")}, ${counted(part.words, "word")}`}</span>
    </div>
  );
}

/** Who spoke how much: the shares of all words. */
function Talk({ talk }: { talk: Summary["talk"] }) {
  if (talk.lines === 0) return <Nothing>no line by a known speaker</Nothing>;
  const { bot, human } = talk;
  const words = bot.words + human.words;
  return (
    <>
      <strong data-testid="talk">{`${counted(talk.turns, "turn")} of ${counted(talk.lines, "line")}`}</strong>
      {words > 0 && (
        <div class="shares" aria-hidden="true">
          <div class="share share-bot" style={{ flexGrow: bot.share }} />
          <div class="share share-human" style={{ flexGrow: human.share }} />
        </div>
      )}
      <div class="share-words fact-small">
        <SharePart name="bot" part={bot} />
        <SharePart name="human" part={human} />
      </div>
    </>
  );
}
