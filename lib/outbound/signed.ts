/** How Rollcall signs what it sends to an address of a user's: Standard Webhooks. Pure. */
import { Webhook } from "standardwebhooks";
import type { Instant } from "#lib/time/instant.ts";

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
