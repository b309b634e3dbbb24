/** What an object is by its tag, instead of `instanceof`: test runners and frames hand over objects of another realm. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}
