// Tokens and signatures with WebCrypto. What is made of the settings is kept, as they are the same for every request.

const encoder = new TextEncoder();
const subtle = crypto.subtle as SubtleCrypto & { timingSafeEqual(a: ArrayBuffer, b: ArrayBuffer): boolean };

const digest = (text: string): Promise<ArrayBuffer> => subtle.digest("SHA-256", encoder.encode(text));
const hmac = (secret: string): Promise<CryptoKey> =>
  subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);

/** What a function makes of the entries of a comma-separated list, made once. */
function kept<T>(make: (entry: string) => Promise<T>): (list: string) => Promise<T[]> {
  const made = new Map<string, Promise<T[]>>();
  return (list) => {
    let all = made.get(list);
    if (all === undefined) {
      const entries = list.split(",").map((entry) => entry.trim()).filter((entry) => entry !== "");
      made.set(list, (all = Promise.all(entries.map(make))));
    }
    return all;
  };
}

const digests = kept(digest);
const keys = kept(hmac);

/** Whether an `Authorization` header has a token of the list. */
export async function isBearer(header: string | undefined, list: string): Promise<boolean> {
  const token = /^bearer ([^ ,]+)$/i.exec(header ?? "")?.[1];
  if (token === undefined) return false;
  const [presented, listed] = await Promise.all([digest(token), digests(list)]);
  let is_one = false;
  for (const each of listed) is_one = subtle.timingSafeEqual(presented, each) || is_one;
  return is_one;
}

/** Whether a signature of an id is by a secret of the list. */
export async function isSigned(id: string, signature: string | undefined, list: string): Promise<boolean> {
  if (signature === undefined || !/^[A-Za-z0-9+/]{43}=$/.test(signature)) return false;
  const bytes = Uint8Array.from(atob(signature), (unit) => unit.charCodeAt(0));
  const verdicts = (await keys(list)).map((key) => subtle.verify("HMAC", key, bytes, encoder.encode(id)));
  return (await Promise.all(verdicts)).includes(true);
}
