import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { core } from "../app/core";
import { Field } from "../parts/field";
import { count, readable } from "../parts/format";
import { Icon } from "../parts/icon";
import { countFilters, type Filters, HAVING, type Having, noFilters, VERDICTS } from "./filters";

/** What the list is narrowed to, each filter with its own field. On a narrow screen the fields are behind a button. */
export function FilterBar({ filters, change }: { filters: Filters; change: (filters: Filters) => void }) {
  const open = useSignal(countFilters({ ...filters, q: "" }) > 0);
  const set = (part: Partial<Filters>) => change({ ...filters, ...part });
  const toggle = (name: Having) =>
    set({ having: filters.having.includes(name) ? filters.having.filter((other) => other !== name) : [...filters.having, name] });
  const chosen = countFilters(filters);
  const words = core.value?.vocabularies;
  return (
    <form class="filters" role="search" aria-label="Calls" onSubmit={(event) => event.preventDefault()}>
      <div class="filters-first">
        <Search q={filters.q} search={(q) => set({ q })} />
        <button
          type="button"
          class="button filters-toggle"
          aria-expanded={open.value}
          aria-controls="filters-more"
          onClick={() => (open.value = !open.value)}
        >
          <Icon of="filter" />
          Filters
          {chosen > 0 && <span class="badge">{count(chosen)}</span>}
        </button>
      </div>
      <div id="filters-more" class={open.value ? "filters-more filters-open" : "filters-more"}>
        <Choice name="Outcome" value={filters.outcome} words={words?.outcome ?? []} choose={(outcome) => set({ outcome })} />
        <Choice
          name="Status"
          value={filters.status}
          words={words?.call_status ?? []}
          choose={(status) => set({ status })}
        />
        <Choice name="Verdict" value={filters.verdict} words={VERDICTS} choose={(verdict) => set({ verdict })} />
        <Field name="From">
          <input type="date" value={filters.from} onChange={(event) => set({ from: event.currentTarget.value })} />
        </Field>
        <Field name="To">
          <input type="date" value={filters.to} onChange={(event) => set({ to: event.currentTarget.value })} />
        </Field>
        <fieldset class="having">
          <legend>With</legend>
          {HAVING.map((name) => (
            <button
              key={name}
              type="button"
              class="chip"
              aria-pressed={filters.having.includes(name)}
              onClick={() => toggle(name)}
            >
              {readable(name)}
            </button>
          ))}
        </fieldset>
        {chosen > 0 && (
          <button type="button" class="small filters-clear" onClick={() => change(noFilters)}>
            Clear all
          </button>
        )}
      </div>
    </form>
  );
}

/** Each search is a question to the Worker, so it waits until the typing does. */
const TYPING_MS = 300;

function Search({ q, search }: { q: string; search: (q: string) => void }) {
  const typed = useSignal(q);
  const asked = useSignal(q);
  // The address may have been changed by something else, such as the button that clears all.
  useEffect(() => {
    if (q !== asked.value) typed.value = asked.value = q;
  }, [q]);
  useEffect(() => {
    if (typed.value === asked.value) return;
    const timer = setTimeout(() => search((asked.value = typed.value)), TYPING_MS);
    return () => clearTimeout(timer);
  }, [typed.value]);
  return (
    <label class="search">
      <Icon of="search" />
      <span class="unseen">Search</span>
      <input
        type="search"
        placeholder="Search headline, name, status, id"
        value={typed}
        maxLength={200}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => (typed.value = event.currentTarget.value)}
        data-testid="q"
        data-takes-input
      />
    </label>
  );
}

/** One word of a vocabulary, or any. A word of the address that the vocabulary does not have stays among the choices. */
function Choice<Word extends string>(props: {
  name: string;
  value: Word | "";
  words: readonly Word[];
  choose: (word: Word | "") => void;
}) {
  const { value, words } = props;
  const all = value === "" || words.includes(value) ? words : [value, ...words];
  return (
    <Field name={props.name}>
      <select value={value} onChange={(event) => props.choose(all.find((word) => word === event.currentTarget.value) ?? "")}>
        <option value="">any</option>
        {all.map((word) => (
          <option key={word} value={word}>
            {readable(word)}
          </option>
        ))}
      </select>
    </Field>
  );
}
