import type { Core } from "../app/core";
import booked from "../inspector/samples/booked-visit.json?raw";
import { type Answer, deliver, type Delivered } from "./api";

/** Credentials of the webhook's; either may be empty where the Worker does not ask for it. */
export interface Webhook {
  token: string;
  secret: string;
}

/** Delivers an invented call that has just begun, under an id of its own. */
export function sendTestCall(by: Core, { token, secret }: Webhook): Promise<Answer<Delivered>> {
  const payload = JSON.parse(booked) as { call: Record<string, unknown>; executed_actions: Record<string, unknown> };
  const call_id = `test-${crypto.randomUUID()}`;
  // The sample's actions would lie outside a call that begins at another time.
  const body = { ...payload, call: { ...payload.call, call_id, start_time: new Date().toISOString() }, executed_actions: {} };
  return deliver(JSON.stringify(body), { token, signature: secret === "" ? "" : by.sign(call_id, secret) });
}
