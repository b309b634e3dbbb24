// What the build writes from the package's JSON Schema (schemas.mjs), and the payload that everything is made of.

declare module "#ajv" {
  const validate: ((value: unknown) => boolean) & { errors?: { instancePath: string }[] | null };
  export default validate;
}
declare module "#ajv-all" {
  export { default } from "#ajv";
}
declare module "#typebox" {
  const schema: import("typebox").TSchema;
  export default schema;
}
declare module "#valibot" {
  export const postCall: import("valibot").GenericSchema;
}
declare module "#arktype" {
  export const postCall: import("arktype").Type;
}
declare module "#typia" {
  export const is: (value: unknown) => boolean;
}
declare module "#typia-all" {
  export const validate: (value: unknown) => { success: boolean; errors?: { path: string }[] };
}
declare module "#fields" {
  /** The paths of all fields, null for the name of every member, and whether a field takes objects. */
  const fields: { path: (string | null)[]; takes_objects: boolean }[];
  export default fields;
}
declare module "#sample" {
  const text: string;
  export default text;
}
declare module "#side/*" {
  const side: (way: import("./ways.js").Way) => import("./side.js").Side;
  export default side;
}
