// What the package does after a trap inside WebAssembly. Runs everywhere: in Node, in a page, in a Worker.

/** A module with one function that takes what `validate` takes and traps. */
const TRAP = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, // magic, version
  0x01, 0x09, 0x01, 0x60, 0x04, 0x7f, 0x7f, 0x7f, 0x7f, 0x01, 0x7f, // (i32 i32 i32 i32) -> i32
  0x03, 0x02, 0x01, 0x00, // one function of that type
  0x07, 0x08, 0x01, 0x04, 0x74, 0x72, 0x61, 0x70, 0x00, 0x00, // export "trap"
  0x0a, 0x05, 0x01, 0x03, 0x00, 0x00, 0x0b, // unreachable
]);

/**
 * Puts a function that traps in place of `validate`, as often as is asked for, in every instance from now on.
 * `module` is the compiled TRAP where the host compiles nothing at run time.
 */
export function prepare(module = new WebAssembly.Module(TRAP)) {
  const state = { instances: 0, traps: 0 };
  const { Instance } = WebAssembly;
  const { trap } = new Instance(module).exports;
  WebAssembly.Instance = function (...args) {
    state.instances++;
    const { exports } = new Instance(...args);
    const validate = (...numbers) => (state.traps > 0 ? (state.traps--, trap(...numbers)) : exports.validate(...numbers));
    return { exports: { ...exports, validate } };
  };
  return state;
}

/** Traps now and then. What was not as it should be, as sentences. */
export function differences({ validate, summarize, parseTranscript }, state) {
  const found = [];
  const expect = (holds, sentence) => holds || found.push(sentence);
  const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
  const input = '{"call":{"call_id":"1","transcript":"bot: Hi."}}';
  const wanted = validate(input);
  const turns = parseTranscript("bot: Hi.");
  expect(wanted.valid && state.instances === 1, "the package does not begin with one instance");
  state.traps = 1;
  expect(same(validate(input), wanted), "after a trap the answer is another one");
  expect(state.instances === 2, "after a trap there is no fresh instance");
  state.traps = 2;
  try {
    validate(input);
    found.push("two traps in a row are no error");
  } catch (error) {
    expect(/a bug in postcall/.test(error.message) && error.cause instanceof WebAssembly.RuntimeError, `two traps in a row are: ${error}`);
  }
  expect(same(validate(input), wanted), "after an error the answer is another one");
  expect(summarize(input).call_id === "1" && same(parseTranscript("bot: Hi."), turns), "other functions fail");
  expect(state.instances === 4, `there were ${state.instances} instances`);
  return found;
}

export { TRAP };
