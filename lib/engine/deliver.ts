/**
 * Sends what the outbox holds.
 *
 * 1. Spread: each message becomes one delivery for every webhook that wants it.
 * 2. Lease deliveries that are due, and commit that: a crash from here on means that they are sent again, under the
 *    same id, when the lease is over.
 * 3. Send, several at a time; write how it went.
 */
import type pg from "pg";
import { open } from "#lib/access/box.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { nextAttempt } from "#lib/notifications/backoff.ts";
import { type Sent, sendWebhook } from "#lib/notifications/channels/webhook.ts";
import {
  type Attempted,
  type Delivery,
  leaseDeliveries,
  nextDelivery,
  spreadOutbox,
  writeAttempts,
} from "#lib/notifications/delivery-store.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, instant, MINUTE, millis, plus } from "#lib/time/instant.ts";

export interface DeliverOptions {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** Of `ROLLCALL_SECRET`: opens the secrets of webhooks. */
  readonly secret: string;
  readonly chance: () => number;
  /** Whether schedules wait to be judged: then only a few messages go at a time, so that no verdict waits for them. */
  readonly judging: () => boolean;
}

const AT_ONCE = 32;
const AT_ONCE_WHILE_JUDGING = 8;
const BREATH = millis(40);
const SPREAD_AT_MOST = 500;

function attempted(
  delivery: Delivery,
  sent: Sent,
  given: { readonly now: Instant; readonly chance: number },
): Attempted {
  const { outboxId, webhookId } = delivery;
  const base = { outboxId, webhookId, deliveredAt: null, gaveUpAt: null, nextAttemptAt: null, error: null };
  switch (sent.kind) {
    case "delivered":
      return { ...base, status: sent.status, deliveredAt: given.now };
    case "gone":
      return {
        ...base,
        status: sent.status,
        gaveUpAt: given.now,
        error: "the receiver answered 410: no more of these",
      };
    case "failed": {
      const next = nextAttempt(delivery.attempts, given.now, given.chance);
      return {
        ...base,
        status: sent.status,
        error: sent.error,
        nextAttemptAt: next,
        gaveUpAt: next === null ? given.now : null,
      };
    }
  }
}

/** Sends what is due; answers when more will be, `null`: nothing waits. */
export async function deliver(options: DeliverOptions): Promise<Instant | null> {
  const { pool, clock, secret } = options;
  const sql = sqlOf(pool);
  for (;;) {
    const judging = options.judging();
    const atMost = judging ? AT_ONCE_WHILE_JUDGING : AT_ONCE;
    const spread = await spreadOutbox(sql, { now: clock.now(), atMost: judging ? atMost : SPREAD_AT_MOST });
    const now = clock.now();
    const leased = await leaseDeliveries(sql, { now, until: plus(now, MINUTE), atMost });
    const done = await Promise.all(
      leased.map(async (delivery) => {
        const opened = open(secret, Buffer.from(delivery.secretBox, "base64"));
        const { url, payload, outboxId: id } = delivery;
        const sent: Sent =
          opened === null
            ? { kind: "failed", status: null, error: "its secret cannot be opened: ROLLCALL_SECRET has changed" }
            : await sendWebhook({ id, url, payload, secret: opened }, clock.now());
        return attempted(delivery, sent, { now: clock.now(), chance: options.chance() });
      }),
    );
    await writeAttempts(sql, done);
    if (spread === 0 && leased.length === 0) break;
    if (options.judging()) return plus(clock.now(), BREATH);
  }
  const next = await nextDelivery(sql);
  return next === null ? null : instant(next);
}
