import type { Summary } from "postcall";
import { Capped } from "../parts/capped";
import { count } from "../parts/format";
import { Empty, Panel } from "../parts/panel";
import { Nothing, Text, Value } from "../parts/text";

const FIRST = 50;

/** What the extractors asked for, and what they found. */
export function Answers({ answers }: { answers: Summary["answers"] }) {
  const found = answers.filter((answer) => answer.found).length;
  return (
    <Panel
      title="Answers"
      name="answers"
      aside={answers.length > 0 && `${count(found)} of ${count(answers.length)} found`}
    >
      {answers.length === 0 ? (
        <Empty>No extractor ran.</Empty>
      ) : (
        <Capped rows={answers} first={FIRST} noun="answer">
          {(rows) => (
            <table class="answers" data-testid="answers">
              <thead>
                <tr>
                  <th scope="col">Asked for</th>
                  <th scope="col">Answer</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((answer, place) => (
                  <tr key={place}>
                    <th scope="row">
                      <Text of={answer.key} class="answer-key" />
                      {answer.question !== null && (
                        <div class="quiet">
                          <Text of={answer.question} />
                        </div>
                      )}
                    </th>
                    <td>{answer.found ? <Value of={answer.value} /> : <Nothing>not found</Nothing>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Capped>
      )}
    </Panel>
  );
}
