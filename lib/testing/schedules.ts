import { randomUUID } from "node:crypto";
import { v7 } from "uuid";
import { inTransaction } from "#lib/db/transaction.ts";
import { judgeNow } from "#lib/engine/judge-now.ts";
import { makeSchedule } from "#lib/engine/put-schedule.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { ok } from "#lib/problem.ts";
import { fieldsOf } from "#lib/schedules/fields.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { succeeded } from "./result.ts";

export const at = (text: string): Instant => instant(Date.parse(text));

/** Makes a schedule as the API would, with defaults for what a test does not speak of; answers its id. */
export async function givenSchedule(now: Instant, fields: Record<string, unknown> = {}): Promise<string> {
  const slug = `job-${randomUUID().slice(0, 8)}`;
  const read = scheduleInput.parse({
    name: slug,
    spec: { kind: "interval", everySeconds: 3_600, anchor: new Date(now).toISOString() },
    timezone: "UTC",
    graceSeconds: 600,
    ...fields,
  });
  const made = await inTransaction(async (tx) => {
    const ctx = { actor: { kind: "system", name: "a test" }, now } as const;
    const full = succeeded(fieldsOf(read, null, now));
    const id = await makeSchedule(tx, { ctx, slug, fields: full, reason: null }, false);
    if (id === null) throw new Error(`the slug ${slug} is taken`);
    await judgeNow(tx, [id], { now });
    return ok(id);
  });
  if (!made.ok) throw new Error(made.problem.message);
  return made.value;
}

/** A check-in as the door hands it on. */
export function givenCheckIn(
  scheduleId: string,
  kind: CheckInKind,
  moment: Instant,
  rest: Partial<Incoming> = {},
): Incoming {
  return {
    id: v7({ msecs: moment }),
    scheduleId,
    at: moment,
    receivedAt: moment,
    kind,
    rid: null,
    exitStatus: null,
    window: null,
    body: null,
    bodyBytes: 0,
    method: "GET",
    remoteAddress: null,
    userAgent: null,
    ...rest,
  };
}
