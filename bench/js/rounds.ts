// Short bursts by turns, so that whatever else the machine does meets all sides alike.

export interface Settings {
  /** How long a burst lasts at least, in milliseconds. */
  burst: number;
  /** How long each side runs before, until the engine has compiled what is called for speed. */
  warm_up: number;
  rounds: number;
}

type Job = () => unknown;

/** The time of the next tick of the clock: some hosts have one of whole milliseconds. */
function tick(): number {
  const before = performance.now();
  let now = before;
  while (now === before) now = performance.now();
  return now;
}

/** What a job gave last, so that no engine leaves it out. */
let kept: unknown;

/** Runs a job for so long. Milliseconds for one run. */
async function burst(job: Job, least: number): Promise<number> {
  const began = tick();
  let now = began;
  let runs = 0;
  do {
    const result = job();
    kept = result instanceof Promise ? await result : result;
    runs += 1;
    now = performance.now();
  } while (now - began < least);
  return (now - began) / runs;
}

/** The milliseconds of each side's job in each round. */
export async function rounds(jobs: Record<string, Job>, { burst: least, warm_up, rounds: count }: Settings): Promise<Record<string, number[]>> {
  const sides = Object.entries(jobs);
  const times: Record<string, number[]> = {};
  for (const [name, job] of sides) {
    await burst(job, warm_up);
    times[name] = [];
  }
  for (let round = 0; round < count; round += 1) {
    const first = round % sides.length;
    for (const [name, job] of [...sides.slice(first), ...sides.slice(0, first)]) times[name]!.push(await burst(job, least));
  }
  if (kept === undefined) throw new Error("a job gave nothing");
  return times;
}
