/** Who changed what, and when: written in the transaction of the change itself, read by admins. */
import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { BY_MOMENT, cursorKey, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { actorName, mayNot } from "./actor.ts";
import type { Context } from "./context.ts";
import { sqlIn } from "./in-context.ts";
import {
  type AuditDetail,
  type AuditEntry,
  type AuditFilter,
  auditFrom,
  auditNames,
  insertAudit,
} from "./store/audit.ts";

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
    id: newId(now),
    at: now,
    actorKind: actor.kind,
    actorId: actor.kind === "system" ? null : actor.id,
    actorName: actorName(actor),
    ...{ action, subjectKind, subjectId, detail },
  });
}

/** Newest first. */
export async function listAudit(
  ctx: Context,
  page: Page,
  filter: AuditFilter = {},
): Promise<Result<Listed<AuditEntry>>> {
  const not = mayNot(ctx.actor, "administer");
  if (not) return refuse(not);
  const key = cursorKey(page.cursor, BY_MOMENT);
  if (!key.ok) return key;
  const after = key.value ? { at: key.value[0], id: key.value[1] } : null;
  const rows = await auditFrom(sqlIn(ctx), { limit: page.limit + 1, after, filter });
  return ok(toPage(rows, page, { key: ({ at, id }) => [at, id], item: (entry) => entry }));
}

/** The names of who did something, and of what was done: what the log can be narrowed by. */
export async function listAuditNames(
  ctx: Context,
): Promise<Result<{ readonly actors: readonly string[]; readonly actions: readonly string[] }>> {
  const not = mayNot(ctx.actor, "administer");
  return not ? refuse(not) : ok(await auditNames(sqlIn(ctx)));
}
