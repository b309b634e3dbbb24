import schema from "#schema";
import { refusal, textOrBytes, unwritable } from "./input.js";
import { errorsAmong, type Issue } from "./issue.js";
import type { PostCall } from "./payload.js";
import { usable } from "./read.js";

/** A dialect of JSON Schema. */
export type SchemaTarget = "draft-2020-12" | "draft-07" | ({} & string);

/**
 * The payload as a Standard Schema and as a Standard JSON Schema (standardschema.dev): what forms, routers and tools take
 * that take the schemas of any library.
 */
export interface PostCallSchema {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "postcall";
    readonly types?: { readonly input: unknown; readonly output: PostCall } | undefined;
    /** Never throws, and answers at once. Of a payload that is not valid it names the errors alone. */
    readonly validate: (value: unknown) => { readonly value: PostCall; readonly issues?: undefined } | { readonly issues: readonly Issue[] };
    readonly jsonSchema: {
      /** The JSON Schema of what is accepted. Throws for other targets than `draft-2020-12` and `draft-07`. */
      readonly input: (options: { readonly target: SchemaTarget }) => Record<string, unknown>;
      /** The same: what is accepted comes out as it is. */
      readonly output: (options: { readonly target: SchemaTarget }) => Record<string, unknown>;
    };
  };
}

/** The payload, for whatever takes a Standard Schema. It accepts what `parse` does. */
export const postCall: PostCallSchema = {
  "~standard": { version: 1, vendor: "postcall", validate, jsonSchema: { input: jsonSchema, output: jsonSchema } },
};

function validate(value: unknown): { value: PostCall } | { issues: readonly Issue[] } {
  let input: string | Uint8Array;
  try {
    // What JSON can say is a document, if no payload. Other values than objects have no JSON here, or none at all.
    const isLiteral = value === null || typeof value === "number" || typeof value === "boolean";
    input = isLiteral ? JSON.stringify(value) : textOrBytes(value);
  } catch (error) {
    // Any value may come here, so that misuse is an issue like others.
    const issue =
      error instanceof TypeError
        ? refusal("invalid_type", error.message.replace(/^postcall: /, ""))
        : unwritable(error);
    return { issues: [issue] };
  }
  const { valid, issues, found } = usable(input);
  return valid ? { value: found } : { issues: errorsAmong(issues) };
}

function jsonSchema({ target }: { target: SchemaTarget }): Record<string, unknown> {
  if (target === "draft-2020-12") return schema();
  if (target === "draft-07") {
    const older = JSON.stringify(schema()).replaceAll('"$defs":', '"definitions":').replaceAll('"#/$defs/', '"#/definitions/');
    return { ...JSON.parse(older), $schema: "http://json-schema.org/draft-07/schema#" };
  }
  throw new Error(`postcall: there is no JSON Schema for the target ${JSON.stringify(target)}; ask for draft-2020-12 or draft-07`);
}
