/** Headers in which somebody might put a secret, each with the forms that are read out of it. */
import { NOW } from "./samples.ts";

export const placed = (secret: string, other: string): readonly Record<string, string>[] => [
  { authorization: `Bearer ${secret}` },
  { authorization: secret },
  { authorization: `${secret} ${other}` },
  { authorization: `Basic ${btoa(`${secret}:${other}`)}` },
  { authorization: `Bearer ${secret}.${other}.${secret}` },
  { "x-api-key": secret },
  { apikey: `sb_secret_${secret}` },
  { "upstash-signature": `${secret}.${other}.${secret}`, "upstash-message-id": "msg_1" },
  { "x-inngest-signature": `t=${NOW / 1_000}&s=${secret}` },
  { "webhook-id": "msg_1", "webhook-timestamp": String(NOW / 1_000), "webhook-signature": `v1,${secret} v1,${other}` },
  { "stripe-signature": `t=${NOW / 1_000},v1=${secret},v1=${other}` },
  { "x-hub-signature-256": `sha256=${secret}` },
  { "x-hub-signature-256": `${secret}=${other}` },
  { "rollcall-signature": `t=${NOW / 1_000},v1=${secret}` },
  { "x-cron-secret": secret, "user-agent": "vercel-cron/1.0" },
  { "ssl-client-cert": secret },
];
