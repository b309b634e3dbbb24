/** The peers, by the names of their files in `peers`; `json` checks nothing. */
export const PEERS = ["ajv", "typia", "typebox", "arktype", "zod", "valibot", "json"];
