// The peers' schemas, written from the package's JSON Schema, which is itself written from the declaration: so all of them
// name the same fields and accept the same types. Each is spelled as its library likes it best, and what a library can do at
// build time it does there: ajv and typia become plain code.
//
// What a schema says beyond fields, types and the form of the call's id is left out: the words, which are open anyway, and
// that parameters are only read as an extractor's where an action is one. The documentation's sample has no others.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import Ajv from "ajv/dist/2020.js";
import standalone from "ajv/dist/standalone/index.js";

const require = createRequire(import.meta.url);
const TYPES = ["string", "number", "boolean", "object", "array", "null"];
const ID = "\\S";

/**
 * A schema without references, words and conditions: one list of types, and what is known of objects and arrays. What
 * stands in two places has a name.
 */
function simplified(schema, definitions) {
  if (schema.$ref) return simplified(definitions[schema.$ref.replace("#/$defs/", "")], definitions);
  if (schema.anyOf) {
    const one = merged(schema.anyOf.map((each) => simplified(each, definitions)));
    return schema.anyOf.some(({ $ref }) => $ref === "#/$defs/Action") ? { ...one, name: "action" } : one;
  }
  const { type, properties, required = [], items, additionalProperties } = schema;
  const plain = { types: type === undefined ? TYPES : [type].flat(), required, isId: "minLength" in schema };
  if (properties) {
    plain.properties = Object.entries(properties).map(([name, each]) => [name, simplified(each, definitions)]);
    const parameters = plain.properties.find(([name]) => name === "parameters_hard_coded");
    if (parameters) parameters[1] = merged([parameters[1], simplified(definitions.Parameters, definitions)]);
  }
  if (items) plain.items = simplified(items, definitions);
  if (additionalProperties) plain.members = simplified(additionalProperties, definitions);
  return plain;
}

const merged = (all) => ({
  ...Object.assign({}, ...all),
  types: TYPES.filter((type) => all.some(({ types }) => types.includes(type))),
  required: all.flatMap(({ required }) => required),
});

const isAny = ({ types }) => types.length === TYPES.length;

/** JSON Schema again: a list of types is the fastest that there is for ajv and typebox. */
function asJsonSchema(schema, $defs = {}) {
  const { types, properties, required, items, members, isId, name } = schema;
  if (isAny(schema)) return {};
  if (name !== undefined) {
    $defs[name] ??= asJsonSchema({ ...schema, name: undefined }, $defs);
    return { $ref: `#/$defs/${name}` };
  }
  const json = { type: types.length === 1 ? types[0] : types };
  if (isId) Object.assign(json, { maxLength: 128, pattern: ID, not: { enum: [".", ".."] } });
  if (properties) json.properties = Object.fromEntries(properties.map(([name, each]) => [name, asJsonSchema(each, $defs)]));
  if (required.length > 0) json.required = required;
  if (items) json.items = asJsonSchema(items, $defs);
  if (members) json.additionalProperties = asJsonSchema(members, $defs);
  return json;
}

function jsonSchema(schema) {
  const $defs = {};
  return { ...asJsonSchema(schema, $defs), $defs };
}

/** One validator for verdicts, which stops at the first fault, and one for lists of issues. */
function ajv(schema) {
  const code = (allErrors) => {
    const instance = new Ajv({ allErrors, code: { source: true, esm: true, optimize: 2 }, strict: false, inlineRefs: false });
    return standalone(instance, instance.compile(jsonSchema(schema)));
  };
  // The only thing that the code asks of ajv at run time is the length of a text in characters.
  const length = readFileSync(require.resolve("ajv/dist/runtime/ucs2length.js"), "utf8");
  const whole = (text) => text.replace(/const (\w+) = require\("ajv\/dist\/runtime\/ucs2length"\)\.default;/, 'import { ucs2length as $1 } from "./length.js";');
  const runtime = /function ucs2length[^]*?\n}/.exec(length)[0];
  return { "ajv.js": whole(code(false)), "ajv-all.js": whole(code(true)), "length.js": `export ${runtime}\n` };
}

function typebox(schema) {
  return { "typebox.js": `export default ${JSON.stringify(jsonSchema(schema), null, 1)};\n` };
}

const indented = (lines) => `{\n${lines.map((line) => `${line}\n`.replaceAll(/^(?=.)/gm, "  ")).join("")}}`;

const constants = (named) => Object.entries(named).map(([name, code]) => `const ${name} = ${code};\n\n`).join("");

/** The parts of a union, or what stands for anything. */
function valibotType(schema, named) {
  if (isAny(schema)) return "v.unknown()";
  const { types, items, isId, name } = schema;
  if (name !== undefined) return (named[name] ??= valibotType({ ...schema, name: undefined }, named)), name;
  if (isId) return `v.pipe(v.string(), v.maxLength(128), v.regex(/${ID}/), v.notValues([".", ".."]))`;
  const spelled = {
    string: () => "v.string()",
    number: () => "v.number()",
    boolean: () => "v.boolean()",
    array: () => `v.array(${items ? valibotType(items, named) : "v.unknown()"})`,
    object: () => valibotObject(schema, named),
  };
  const parts = types.filter((type) => type !== "null").map((type) => spelled[type]());
  const one = parts.length === 1 ? parts[0] : `v.union([${parts.join(", ")}])`;
  return types.includes("null") ? `v.nullable(${one})` : one;
}

function valibotObject({ properties, required, members }, named) {
  if (members) return `v.record(v.string(), ${valibotType(members, named)})`;
  if (!properties) return "v.record(v.string(), v.unknown())";
  const field = ([name, each]) => {
    const type = valibotType(each, named);
    return `${name}: ${required.includes(name) ? type : `v.optional(${type})`},`;
  };
  return `v.looseObject(${indented(properties.map(field))})`;
}

function valibot(schema) {
  const named = {};
  const root = valibotType(schema, named);
  return { "valibot.js": `import * as v from "valibot";\n\n${constants(named)}export const postCall = ${root};\n` };
}

function arkType(schema, named) {
  if (isAny(schema)) return '"unknown"';
  const { types, items, isId, name } = schema;
  if (name !== undefined) return (named[name] ??= arkType({ ...schema, name: undefined }, named)), name;
  if (isId) return `type("string <= 128").and(/${ID}/).and(/^(?!\\.{1,2}$)/)`;
  const words = types.filter((type) => type !== "object" && type !== "array");
  let one = words.length > 0 ? `"${words.join(" | ")}"` : undefined;
  const or = (other) => (one = one === undefined ? `type(${other})` : `type(${other}).or(${one})`);
  if (types.includes("array")) or(items ? `${arkType(items, named)}, "[]"` : '"unknown[]"');
  if (types.includes("object")) or(arkObject(schema, named));
  return one;
}

function arkObject({ properties, required, members }, named) {
  if (members) return `{ "[string]": ${arkType(members, named)} }`;
  if (!properties) return '"Record<string, unknown>"';
  return indented(properties.map(([name, each]) => `"${name}${required.includes(name) ? "" : "?"}": ${arkType(each, named)},`));
}

function arktype(schema) {
  const named = {};
  const root = arkType(schema, named);
  return { "arktype.js": `import { type } from "arktype";\n\n${constants(named)}export const postCall = ${root};\n` };
}

function typeScript(schema, named) {
  if (isAny(schema)) return "unknown";
  const { types, items, isId, name } = schema;
  if (name !== undefined) return (named[name] ??= typeScript({ ...schema, name: undefined }, named)), name;
  if (isId) return `string & tags.MaxLength<128> & tags.Pattern<"^(?!\\\\.{1,2}$)[^]*\\\\S">`;
  const spelled = { array: () => `(${items ? typeScript(items, named) : "unknown"})[]`, object: () => typeScriptObject(schema, named) };
  return types.map((type) => spelled[type]?.() ?? type).join(" | ");
}

function typeScriptObject({ properties, required, members }, named) {
  if (members) return `Record<string, ${typeScript(members, named)}>`;
  if (!properties) return "Record<string, unknown>";
  return indented(properties.map(([name, each]) => `${name}${required.includes(name) ? "" : "?"}: ${typeScript(each, named)};`));
}

function typia(schema, folder) {
  const named = {};
  const root = typeScript(schema, named);
  const types = Object.entries(named).map(([name, type]) => `type ${name} = ${type};`).join("\n");
  const declared = `import typia, { tags } from "typia";\n\n${types}\ntype PostCall = ${root};\n\n`;
  return {
    "typia.js": transformed(`${declared}export const is = typia.createIs<PostCall>();\n`, folder),
    "typia-all.js": transformed(`${declared}export const validate = typia.createValidate<PostCall>();\n`, folder),
  };
}

/** What an unpatched compiler makes of a text with typia's transformer. */
function transformed(source, folder) {
  const ts = require("typescript");
  const { default: transform } = require("typia/lib/transform");
  const path = `${folder}/typia.ts`;
  const options = {
    target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true, skipLibCheck: true, types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => name === path || fileExists.call(host, name);
  host.getSourceFile = (name, version) =>
    name === path ? ts.createSourceFile(name, source, version) : getSourceFile.call(host, name, version);
  const program = ts.createProgram([path], options, host);
  const faults = [];
  const addDiagnostic = (fault) => faults.push(fault);
  let code = "";
  const write = (_, text) => (code = text);
  program.emit(program.getSourceFile(path), write, undefined, false, { before: [transform(program, {}, { addDiagnostic })] });
  if (faults.length > 0) throw new Error(ts.formatDiagnostics(faults, { ...host, getCanonicalFileName: (name) => name }));
  return code;
}

/** Every file that is written, by its name. The folder is one from which the peers' packages are found. */
export function written(declared, folder) {
  const schema = simplified(declared, declared.$defs);
  return [ajv, typebox, valibot, arktype, typia].reduce((files, peer) => ({ ...files, ...peer(schema, folder) }), {});
}

/** The paths of all fields, null for the name of every member, and whether a field takes objects and no arrays. */
export function fields(declared) {
  const found = [];
  const walk = ({ properties = [], members }, path) => {
    for (const [name, each] of properties) {
      found.push({ path: [...path, name], takes_objects: each.types.includes("object") && !each.types.includes("array") });
      walk(each, [...path, name]);
    }
    if (members) walk(members, [...path, null]);
  };
  walk(simplified(declared, declared.$defs), []);
  return found;
}
