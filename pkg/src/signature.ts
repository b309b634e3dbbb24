import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { isWellFormed } from "./engine.js";

/**
 * Signs a call's id as the platform does: HMAC-SHA256, keyed by the bytes of the secret's text, in standard base64.
 *
 * It covers the id and nothing else: one captured pair is good for ever and for any body.
 */
export function sign(call_id: string, secret: string): string {
  const id = identity(call_id);
  if (id === null) throw new TypeError("postcall: got a call's id with half of a surrogate pair; pass Unicode text");
  return signed(id, key(secret));
}

/**
 * Whether one of the secrets made the signature of a call's id. Takes the same time whichever did, and whether any did.
 *
 * Take the id from what `parse` or `safeParse` gave, and the signature from the request's header: no header, no valid
 * signature. It is standard base64, padded or not, with no space round it.
 */
export function verifySignature(
  call_id: string,
  signature: string | null | undefined,
  secrets: string | readonly string[],
): boolean {
  const id = identity(call_id);
  const keys = (typeof secrets === "string" ? [secrets] : list(secrets)).map(key);
  if (signature === null || signature === undefined) return false;
  if (typeof signature !== "string") {
    throw new TypeError(`postcall: got ${typeof signature}; pass the signature as a string, or null where there is none`);
  }
  // Nobody can have signed it, and the encoder would make another id of it.
  if (id === null) return false;
  const padded = signature.length === UNPADDED ? `${signature}=` : signature;
  return keys.reduce((isOneRight, key) => same(padded, signed(id, key)) || isOneRight, false);
}

/** Characters of 32 bytes in base64 without padding. */
const UNPADDED = 43;

const encoder = /* @__PURE__ */ new TextEncoder();

function signed(id: Uint8Array, key: Uint8Array): string {
  return btoa(String.fromCharCode(...hmac(sha256, key, id)));
}

/** Whether two texts are the same, in a time that depends on the length of the second alone. */
function same(given: string, wanted: string): boolean {
  let difference = given.length ^ wanted.length;
  for (let at = 0; at < wanted.length; at++) difference |= given.charCodeAt(at) ^ wanted.charCodeAt(at);
  return difference === 0;
}

/** The bytes of an id; null where it is no Unicode text. */
function identity(call_id: unknown): Uint8Array | null {
  if (typeof call_id !== "string") throw new TypeError(`postcall: got ${typeof call_id}; pass the call's id as a string`);
  return isWellFormed(call_id) ? encoder.encode(call_id) : null;
}

/** The bytes of a secret. An empty one is a setting that is missing, and anybody could sign with it. */
function key(secret: unknown): Uint8Array {
  if (typeof secret !== "string" || secret === "" || !isWellFormed(secret)) {
    throw new TypeError("postcall: pass each secret as a string of Unicode text that is not empty");
  }
  return encoder.encode(secret);
}

function list(secrets: unknown): readonly unknown[] {
  if (!Array.isArray(secrets) || secrets.length === 0) {
    throw new TypeError("postcall: pass the secrets as a string or a list of at least one");
  }
  return secrets;
}
