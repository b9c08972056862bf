import { ask, type Resolve } from "#lib/outbound/ask.ts";
import type { NoAnswer } from "#lib/outbound/outcome.ts";
import { signedHeaders } from "#lib/outbound/signed.ts";
import { type Instant, type Millis, millis } from "#lib/time/instant.ts";

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

const WHOLE = millis(15_000);

/**
 * Sends once. Addresses are written by administrators, and receivers often stand in the same network: a private address is
 * asked, the metadata of a cloud never is, whatever a name resolves to at that moment. A redirect is a failure, since a
 * signature must not be carried to another place.
 */
export async function sendWebhook(
  message: Outgoing,
  now: Instant,
  by: { readonly whole?: Millis; readonly resolve?: Resolve } = {},
): Promise<Sent> {
  const body = JSON.stringify(message.payload);
  let headers: Record<string, string>;
  try {
    headers = signedHeaders({ id: message.id, secret: message.secret, body }, now);
  } catch {
    return { kind: "failed", status: null, error: "its secret cannot sign" };
  }
  const { whole = WHOLE, resolve } = by;
  const outcome = await ask({
    ...{ method: "POST", url: message.url, headers, body: Buffer.from(body), allowPrivateNetwork: true },
    limits: { connect: millis(Math.min(5_000, whole)), headers: whole, whole },
    ...(resolve ? { resolve } : {}),
  });
  if (outcome.kind === "no_answer") return { kind: "failed", status: null, error: reasonOf(outcome) };
  const { status } = outcome;
  if (status >= 200 && status < 300) return { kind: "delivered", status };
  return status === 410 ? { kind: "gone", status } : { kind: "failed", status, error: `answered ${status}` };
}

/** Why a request got no answer: a code of the system, which holds no secret, or words of ours. */
function reasonOf({ phase, code, forbidden }: NoAnswer): string {
  if (forbidden !== undefined) return `${forbidden} addresses are not asked`;
  if (code === "TIMEOUT") return "no answer in time";
  return phase === "address" ? "the address cannot be asked" : code;
}
