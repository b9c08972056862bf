/** Who changed what, and when: written in the transaction of the change itself, read by admins. */
import { v7 } from "uuid";
import type { Sql } from "#lib/db/sql.ts";
import { ok, type Result, refuse, unreadable } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { instant } from "#lib/time/instant.ts";
import { actorName, mayNot } from "./actor.ts";
import type { Context } from "./context.ts";
import { sqlIn } from "./in-context.ts";
import { pageInput } from "./schema.ts";
import { type AuditDetail, type AuditEntry, auditFrom, insertAudit } from "./store/audit.ts";

export interface AuditInput {
  /** `person.invited`: what, and what was done to it. */
  readonly action: string;
  readonly subjectKind: string;
  /** An id, or the name by which it is known. */
  readonly subjectId: string;
  /** Never a secret, a token or a body. */
  readonly detail?: AuditDetail;
}

export async function writeAudit(tx: Sql, ctx: Pick<Context, "actor" | "now">, input: AuditInput): Promise<void> {
  const { actor, now } = ctx;
  const { action, subjectKind, subjectId, detail = {} } = input;
  await insertAudit(tx, {
    id: v7({ msecs: now }),
    at: now,
    actorKind: actor.kind,
    actorId: actor.kind === "system" ? null : actor.id,
    actorName: actorName(actor),
    ...{ action, subjectKind, subjectId, detail },
  });
}

export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor: string | null;
}

export interface PageInput {
  readonly limit?: number;
  readonly cursor?: string | null | undefined;
}

/** Newest first. */
export async function listAudit(ctx: Context, input: PageInput): Promise<Result<Page<AuditEntry>>> {
  const not = mayNot(ctx.actor, "administer");
  if (not) return refuse(not);
  const read = readInput(pageInput, input);
  if (!read.ok) return read;
  const { limit, cursor } = read.value;
  const after = cursor == null ? null : placeOf(cursor);
  if (cursor != null && !after) return refuse(badCursor());
  const items = await auditFrom(sqlIn(ctx), { limit: limit + 1, after });
  const last = items.length > limit ? items[limit - 1] : undefined;
  return ok({ items: items.slice(0, limit), nextCursor: last ? `${last.at}.${last.id}` : null });
}

export const badCursor = () => unreadable({ message: "The cursor is not one that a list has answered with." });

const PLACE = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

function placeOf(cursor: string): { at: ReturnType<typeof instant>; id: string } | null {
  const [, at, id] = PLACE.exec(cursor) ?? [];
  return at !== undefined && id !== undefined ? { at: instant(Number(at)), id } : null;
}
