// What set-up and build say while they work: one line when a step begins, one when it ends, and in between the time that
// has passed: ticking in place on a terminal, a line every 30 s elsewhere (a log of CI, say).

const HEARTBEAT_SECONDS = 30;

/** `42 s`, `3 min 07 s` */
export function span(milliseconds) {
  const seconds = Math.round(milliseconds / 1000);
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

export class Progress {
  #steps = new Map();
  #timer = null;
  #out;
  #total;
  #shown = false;

  constructor(total, out = process.stdout) {
    this.#total = total;
    this.#out = out;
  }

  /** Begins a step: `[3/7] wasm-bindgen 0.2.129 … building, about 3 min` */
  begin(number, name, doing) {
    const label = `[${number}/${this.#total}] ${name}`;
    this.#steps.set(number, { label, began: Date.now(), beat: Date.now(), detail: "" });
    this.#line(`${label} … ${doing}`);
    this.#timer ??= setInterval(() => this.#tick(), 1000).unref();
    return {
      detail: (text) => (this.#steps.get(number).detail = text),
      end: (outcome) => this.#end(number, outcome),
    };
  }

  /** A remark between the steps. */
  note(text) {
    this.#line(text);
  }

  #end(number, outcome) {
    const { label, began } = this.#steps.get(number);
    this.#steps.delete(number);
    this.#line(`${label}: ${outcome} (${span(Date.now() - began)})`);
    if (this.#steps.size === 0) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #tick() {
    const now = Date.now();
    if (this.#out.isTTY) {
      const text = [...this.#steps.values()].map((step) =>
        `${step.label} ${span(now - step.began)} ${step.detail}`.trim(),
      );
      this.#out.write(`\r\x1b[K${text.join("  ·  ").slice(0, (this.#out.columns ?? 80) - 1)}`);
      this.#shown = true;
      return;
    }
    for (const step of this.#steps.values()) {
      if (now - step.beat < HEARTBEAT_SECONDS * 1000) continue;
      step.beat = now;
      this.#line(`${step.label} … still at it after ${span(now - step.began)}${step.detail && `: ${step.detail}`}`);
    }
  }

  #line(text) {
    this.#out.write(`${this.#shown ? "\r\x1b[K" : ""}${text}\n`);
    this.#shown = false;
  }
}
