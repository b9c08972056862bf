import { z } from "zod";
import { distinct, text, webUrl } from "#lib/input/schema.ts";

/** What an outgoing webhook can tell of (api.md, Outgoing webhook). */
export const MESSAGE_TYPES = [
  "incident.opened",
  "incident.acknowledged",
  "incident.changed",
  "incident.resolved",
  "outage.opened",
  "outage.resolved",
  "acceleration.requested",
  "acceleration.applied",
  "acceleration.confirmed",
  "acceleration.expired",
  "acceleration.cancelled",
  "acceleration.failed",
  "acceleration.reverted",
  "acceleration.drifted",
] as const;

const isBase64 = (value: string): boolean => /^[A-Za-z0-9+/]+={0,2}$/.test(value) && value.length >= 16;

/** As it was read: it stays. */
const kept = z.object({ set: z.literal(true) });
const given = text(500, { min: 16 }).refine((secret) => !secret.startsWith("whsec_") || isBase64(secret.slice(6)), {
  message: "must be base64 after whsec_ (Standard Webhooks)",
});

export const webhookInput = z
  .object({
    url: webUrl,
    secret: z.union([given, kept]).optional(),
    events: distinct(z.enum(MESSAGE_TYPES), 100).min(1, { message: "must name one at least" }).nullable().default(null),
  })
  .meta({ id: "WebhookInput", description: "A secret that is left out stays, or is generated and shown once." });
export type WebhookInput = z.output<typeof webhookInput>;
