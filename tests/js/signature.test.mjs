// Signatures in the installed package.

import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { test } from "node:test";
import { imported, install } from "./installed.mjs";

const { sign, verifySignature } = await imported(install().folder);

// The platform's own example.
const [ID, SECRET, SIGNATURE] = ["123456789", "your-secret-key", "BDYfUVpCOdnUFPaYuTYUbNCIr4aYC/CL503qxdV2c8A="];
const byNode = (id, secret) => createHmac("sha256", secret).update(id).digest("base64");

test("an id is signed as the platform signs it", () => {
  assert.equal(sign(ID, SECRET), SIGNATURE);
  assert.equal(verifySignature(ID, SIGNATURE, SECRET), true);
});

test("ids and secrets of every length are signed as Node signs them", () => {
  for (let length = 1; length < 200; length++) {
    const [id, secret] = [randomBytes(length).toString("latin1"), randomBytes(200 - length).toString("latin1")];
    assert.equal(sign(id, secret), byNode(id, secret));
    assert.equal(verifySignature(id, byNode(id, secret), secret), true);
  }
  for (const [id, secret] of [["Zoë 😀", "schlüssel"], ["\u0000", "\u0000"], [" x ", "a b"]]) assert.equal(sign(id, secret), byNode(id, secret));
});

test("one secret of several is enough, wherever it stands", () => {
  for (const secrets of [[SECRET], [SECRET, "b"], ["a", SECRET], ["a", SECRET, SECRET, "b"]]) {
    assert.equal(verifySignature(ID, SIGNATURE, secrets), true);
  }
  assert.equal(verifySignature(ID, SIGNATURE, ["a", "b"]), false);
});

test("another id, another secret, a changed character or none of it is no signature", () => {
  assert.equal(verifySignature("123456788", SIGNATURE, SECRET), false);
  assert.equal(verifySignature(` ${ID}`, SIGNATURE, SECRET), false);
  assert.equal(verifySignature(ID, SIGNATURE, "your-secret-keY"), false);
  for (let at = 0; at < SIGNATURE.length; at++) {
    const other = SIGNATURE[at] === "A" ? "B" : "A";
    assert.equal(verifySignature(ID, SIGNATURE.slice(0, at) + other + SIGNATURE.slice(at + 1), SECRET), false, `${at}`);
  }
  for (const none of [null, undefined, "", "=", "A".repeat(44), "x".repeat(100_000)]) assert.equal(verifySignature(ID, none, SECRET), false);
});

test("a signature is standard base64 in its one form, padded or not", () => {
  const bytes = Buffer.from(SIGNATURE, "base64");
  assert.equal(verifySignature(ID, SIGNATURE.slice(0, -1), SECRET), true);
  const spare = `${SIGNATURE.slice(0, 42)}B=`; // bits beyond the last byte that are not zero
  assert.deepEqual(Buffer.from(spare, "base64"), bytes);
  const others = [spare, bytes.toString("hex"), SIGNATURE.replaceAll("/", "_"), `sha256=${SIGNATURE}`, `v1,${SIGNATURE}`, ` ${SIGNATURE}`, `${SIGNATURE}\n`, `${SIGNATURE}=`, `${SIGNATURE}, ${SIGNATURE}`, `${SIGNATURE.slice(0, 20)} ${SIGNATURE.slice(20)}`];
  for (const other of others) assert.equal(verifySignature(ID, other, SECRET), false, other);
});

test("half of a surrogate pair is nobody's id, and is not taken for U+FFFD", () => {
  assert.equal(verifySignature("a\ud800", sign("a\uFFFD", SECRET), SECRET), false);
  assert.throws(() => sign("a\ud800", SECRET), { name: "TypeError", message: /surrogate/ });
});

test("misuse is a TypeError that says what to pass and shows no secret", () => {
  for (const bad of [undefined, null, 7, "", ["a", ""], [], [7], ["a", "b\ud800"], { 0: "a" }]) {
    assert.throws(() => verifySignature(ID, SIGNATURE, bad), { name: "TypeError", message: /secret/ });
    // Also where there is no signature: a setting that is missing shows at the first request.
    assert.throws(() => verifySignature(ID, null, bad), { name: "TypeError", message: /secret/ });
  }
  for (const bad of [undefined, 7, ""]) assert.throws(() => sign(ID, bad), { name: "TypeError", message: /secret/ });
  for (const bad of [undefined, null, 7]) {
    assert.throws(() => sign(bad, SECRET), { name: "TypeError", message: /id as a string/ });
    assert.throws(() => verifySignature(bad, SIGNATURE, SECRET), { name: "TypeError", message: /id as a string/ });
  }
  for (const bad of [7, [SIGNATURE], {}]) assert.throws(() => verifySignature(ID, bad, SECRET), { name: "TypeError", message: /the signature as a string, or null/ });
  assert.throws(() => sign("a\ud800", "hush-hush"), (error) => !error.message.includes("hush"));
});
