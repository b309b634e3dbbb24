// The binary of those who would rather load it themselves, until they have.

export function load(): never {
  throw new Error("postcall/slim: call `await init(source)` first");
}
