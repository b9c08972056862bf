import { Webhook } from "standardwebhooks";
import type { Instant } from "#lib/time/instant.ts";

/** A message as it goes out: at least once, under one id (api.md, Outgoing webhook). */
export interface Outgoing {
  readonly id: string;
  readonly url: string;
  /** In clear, only here. */
  readonly secret: string;
  readonly payload: unknown;
}

export type Sent =
  | { readonly kind: "delivered"; readonly status: number }
  /** 410: the receiver says that it wants no more of these (Standard Webhooks). */
  | { readonly kind: "gone"; readonly status: number }
  | { readonly kind: "failed"; readonly status: number | null; readonly error: string };

const TIMEOUT_MS = 15_000;

/** The headers of Standard Webhooks over exactly this body. */
export function signedHeaders(
  message: { readonly id: string; readonly secret: string; readonly body: string },
  now: Instant,
): Record<string, string> {
  // Any text can be a secret: one with the prefix is base64, as the specification says; another counts as its bytes.
  const key = message.secret.startsWith("whsec_")
    ? message.secret
    : Buffer.from(message.secret, "utf8").toString("base64");
  const signature = new Webhook(key).sign(message.id, new Date(now), message.body);
  return {
    "content-type": "application/json",
    "user-agent": "Rollcall",
    "webhook-id": message.id,
    "webhook-timestamp": String(Math.floor(now / 1_000)),
    "webhook-signature": signature,
  };
}

/** Sends once; a redirect is a failure, since a signature must not be carried to another place. */
export async function sendWebhook(message: Outgoing, now: Instant, timeoutMs: number = TIMEOUT_MS): Promise<Sent> {
  const body = JSON.stringify(message.payload);
  try {
    const headers = signedHeaders({ id: message.id, secret: message.secret, body }, now);
    const response = await fetch(message.url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    await response.body?.cancel();
    if (response.ok) return { kind: "delivered", status: response.status };
    if (response.status === 410) return { kind: "gone", status: 410 };
    return { kind: "failed", status: response.status, error: `answered ${response.status}` };
  } catch (thrown) {
    return { kind: "failed", status: null, error: reasonOf(thrown) };
  }
}

/** Why a request got no answer: the code of the system, which holds no secret, or the kind of error. */
function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "no answer";
  const cause: unknown = thrown.cause;
  if (typeof cause === "object" && cause !== null && "code" in cause && typeof cause.code === "string")
    return cause.code;
  if (thrown.name === "TimeoutError") return "no answer in time";
  // Of fetch: an address that it does not ask, such as a port that browsers keep away from.
  return thrown.name === "TypeError" ? "the address cannot be asked" : thrown.name;
}
