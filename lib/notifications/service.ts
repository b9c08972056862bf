/** Outgoing webhooks: where messages of the outbox go. Their secrets go in and never come out, but when made here. */

import { randomBytes } from "node:crypto";
import { mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import { seal } from "#lib/access/box.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext, sqlIn } from "#lib/access/in-context.ts";
import { newId } from "#lib/db/new-id.ts";
import { tellOutbox, tellStale } from "#lib/db/tell.ts";
import { isName } from "#lib/input/identifiers.ts";
import { BY_MOMENT, cursorKey, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { invalid, notFound, ok, type Problem, preconditionFailed, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import { type DeliveryRow, deliveriesOf } from "./delivery-store.ts";
import type { WebhookInput } from "./schema.ts";
import {
  deleteWebhook,
  insertTest,
  insertWebhook,
  listWebhooks,
  type SecretWrite,
  updateWebhook,
  type WebhookRow,
  webhookByName,
} from "./webhook-store.ts";

const webhookShape = (row: WebhookRow) => ({
  name: row.name,
  url: row.url,
  secret: { set: true, length: row.secretLength, updatedAt: toRfc3339(row.secretUpdatedAt) },
  events: row.events,
  createdAt: toRfc3339(row.createdAt),
  version: row.version,
});
export type WebhookShape = ReturnType<typeof webhookShape>;

const noWebhook = (): Problem => notFound({ message: "There is no such webhook." });
const movedOn = (version: number | null): Problem =>
  preconditionFailed({
    message: version === null ? "There is no such webhook yet." : `It has moved on to version ${version}.`,
  });

const sealed = (secret: string): SecretWrite => ({
  box: seal(runtime().config.secret, secret).toString("base64"),
  length: secret.length,
});

export interface PutWebhook {
  readonly name: string;
  readonly input: WebhookInput;
  readonly ifMatch: number | null;
}

export interface PutWebhookAnswer {
  readonly created: boolean;
  readonly webhook: WebhookShape;
  /** Only where it was generated just now. */
  readonly generated: string | null;
}

export function putWebhook(ctx: Context, { name, input, ifMatch }: PutWebhook): Promise<Result<PutWebhookAnswer>> {
  return inContext<PutWebhookAnswer>(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const { url, events } = input;
    const given = typeof input.secret === "string" ? input.secret : null;
    const row = await webhookByName(tx, name, true);
    if (ifMatch !== null && row?.version !== ifMatch) return refuse(movedOn(row?.version ?? null));
    if (!row && typeof input.secret === "object") {
      const errors = [{ path: "secret", message: "there is none yet that could stay" }];
      return refuse(invalid({ message: "A new webhook has no secret that could stay.", errors }));
    }
    const generated = row || given !== null ? null : `whsec_${randomBytes(32).toString("base64")}`;
    const secret = given ?? generated;
    let created = false;
    if (row)
      await updateWebhook(tx, { name, url, events, secret: secret === null ? null : sealed(secret), now: ctx.now });
    else {
      const id = newId(ctx.now);
      created = await insertWebhook(tx, { id, name, url, events, secret: sealed(secret ?? ""), createdAt: ctx.now });
      if (!created) return refuse(movedOn(1));
    }
    const after = await webhookByName(tx, name);
    if (!after) throw new Error("a webhook that was just stored is gone");
    const action = created ? "webhook.made" : "webhook.changed";
    await writeAudit(tx, ctx, {
      action,
      subjectKind: "webhook",
      subjectId: name,
      detail: { secretChanged: secret !== null },
    });
    await tellStale(tx, ["webhooks"]);
    return ok({ created, webhook: webhookShape(after), generated });
  });
}

export function removeWebhook(
  ctx: Context,
  { name, ifMatch }: { readonly name: string; readonly ifMatch: number | null },
): Promise<Result<null>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const row = isName(name) ? await webhookByName(tx, name, true) : null;
    if (!row) return refuse(noWebhook());
    if (ifMatch !== null && row.version !== ifMatch) return refuse(movedOn(row.version));
    await deleteWebhook(tx, name);
    await writeAudit(tx, ctx, { action: "webhook.removed", subjectKind: "webhook", subjectId: name });
    await tellStale(tx, ["webhooks"]);
    return ok(null);
  });
}

/** Sends a message to it alone, as any other is sent: signed, and again until it is taken. Answers the message's id. */
export function testWebhook(
  ctx: Context,
  { name }: { readonly name: string },
): Promise<Result<{ readonly id: string }>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    // Locked: it must not be deleted between this look and the message.
    const row = isName(name) ? await webhookByName(tx, name, true) : null;
    if (!row) return refuse(noWebhook());
    const id = newId(ctx.now);
    const payload = { type: "webhook.test", timestamp: toRfc3339(ctx.now), data: { webhook: name } };
    await insertTest(tx, { id, webhookId: row.id, payload, now: ctx.now });
    await writeAudit(tx, ctx, { action: "webhook.tested", subjectKind: "webhook", subjectId: name });
    await tellOutbox(tx);
    return ok({ id });
  });
}

export async function viewWebhook(ctx: Context, { name }: { readonly name: string }): Promise<Result<WebhookShape>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const row = isName(name) ? await webhookByName(sqlIn(ctx), name) : null;
  return row ? ok(webhookShape(row)) : refuse(noWebhook());
}

/** By name. */
export async function viewWebhooks(
  ctx: Context,
  { page }: { readonly page: Page },
): Promise<Result<Listed<WebhookShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, [KEY.text]);
  if (!cursor.ok) return cursor;
  const rows = await listWebhooks(sqlIn(ctx), { limit: page.limit, after: cursor.value?.[0] ?? null });
  return ok(toPage(rows, page, { key: (row) => [row.name], item: webhookShape }));
}

const deliveryShape = (row: DeliveryRow) => ({
  id: row.id,
  type: row.type,
  state: row.deliveredAt !== null ? "delivered" : row.gaveUpAt !== null ? "gave_up" : "waiting",
  createdAt: toRfc3339(row.createdAt),
  attempts: row.attempts,
  nextAttemptAt: momentOrNull(row.nextAttemptAt),
  deliveredAt: momentOrNull(row.deliveredAt),
  gaveUpAt: momentOrNull(row.gaveUpAt),
  status: row.lastStatus,
  error: row.lastError,
});
export type DeliveryShape = ReturnType<typeof deliveryShape>;
const momentOrNull = (at: Instant | null): string | null => (at === null ? null : toRfc3339(at));

/** What was sent to one webhook and what waits, newest first. */
export async function viewDeliveries(
  ctx: Context,
  { name, page }: { readonly name: string; readonly page: Page },
): Promise<Result<Listed<DeliveryShape>>> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const cursor = cursorKey(page.cursor, BY_MOMENT);
  if (!cursor.ok) return cursor;
  const webhook = isName(name) ? await webhookByName(sqlIn(ctx), name) : null;
  if (!webhook) return refuse(noWebhook());
  const rows = await deliveriesOf(sqlIn(ctx), { webhookId: webhook.id, limit: page.limit, before: cursor.value });
  return ok(toPage(rows, page, { key: (row) => [row.createdAt, row.id], item: deliveryShape }));
}
