/** API keys: made and revoked by admins, checked on every request that carries one. */
import { newId } from "#lib/db/new-id.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { cursorKey, KEY, type Listed, type Page, toPage } from "#lib/input/page.ts";
import { conflict, notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { runtime } from "#lib/runtime.ts";
import { type Instant, MINUTE } from "#lib/time/instant.ts";
import { type Actor, actorName, mayNot, type Scope } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { inContext, sqlIn } from "./in-context.ts";
import { keyCache } from "./key-cache.ts";
import { id as idInput, keyInput } from "./schema.ts";
import {
  type ApiKey,
  insertKey,
  liveKeyByHash,
  liveKeyByName,
  liveKeysFrom,
  lockKeyNames,
  revokeKeyRow,
  touchKey,
} from "./store/keys.ts";
import { hashOf, newToken } from "./token.ts";

/** Says whose it is, so that scanners for lost secrets can know it. */
const KEY_BEGINS = "rck_";

export async function listKeys(ctx: Context, page: Page): Promise<Result<Listed<ApiKey>>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const key = cursorKey(page.cursor, [KEY.uuid]);
  if (!key.ok) return key;
  const rows = await liveKeysFrom(sqlIn(ctx), { limit: page.limit + 1, after: key.value?.[0] ?? null });
  return ok(toPage(rows, page, { key: ({ id }) => [id], item: (one) => one }));
}

/** `text` is the key itself: it is told this once. */
export async function createKey(
  ctx: Context,
  input: { readonly name: string; readonly scope: Scope },
): Promise<Result<{ readonly key: ApiKey; readonly text: string }>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const read = readInput(keyInput, input);
  if (!read.ok) return read;
  const { name, scope } = read.value;
  return inContext(ctx, async (tx) => {
    await lockKeyNames(tx);
    // The actor of a key's doing is the key by its name: two of one name could not be told apart.
    if (await liveKeyByName(tx, name)) {
      const doNext = "Choose another name, or revoke that key first.";
      return refuse(conflict("name_taken", { message: `There is a key named ${name} already.`, doNext }));
    }
    const text = `${KEY_BEGINS}${newToken()}`;
    const prefix = text.slice(0, KEY_BEGINS.length + 4);
    const createdBy = actorName(ctx.actor);
    const key = { id: newId(ctx.now), name, scope, prefix, createdAt: ctx.now, createdBy };
    await insertKey(tx, { ...key, keyHash: hashOf(text) });
    await writeAudit(tx, ctx, {
      ...{ action: "key.made", subjectKind: "key", subjectId: key.id },
      detail: { name, scope, prefix },
    });
    return ok({ key: { ...key, lastUsedAt: null }, text });
  });
}

/** At once in this process, within seconds in others. */
export async function revokeKey(ctx: Context, input: { readonly id: string }): Promise<Result<null>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const none = refuse(notFound({ message: "There is no such key." }));
  if (!idInput.safeParse(input.id).success) return none;
  return inContext(ctx, async (tx) => {
    const revoked = await revokeKeyRow(tx, { id: input.id, now: ctx.now });
    if (!revoked) return none;
    const subject = { subjectKind: "key", subjectId: input.id };
    await writeAudit(tx, ctx, { action: "key.revoked", ...subject, detail: { name: revoked.name } });
    tx.afterCommit(() => keyCache().forget());
    return ok(null);
  });
}

const LONGEST_KEY = 500;

/** Whose key this text is; `null` when it is nobody's any more. */
export async function keyActor(text: string, now: Instant): Promise<(Actor & { readonly kind: "key" }) | null> {
  if (text === "" || text.length > LONGEST_KEY) return null;
  const sql = sqlOf(runtime().pool);
  const hash = hashOf(text);
  const found = await keyCache().get({ hash, now, read: () => liveKeyByHash(sql, hash) });
  if (!found) return null;
  const { key } = found;
  if (found.usedAt === null || now - found.usedAt >= MINUTE) {
    found.usedAt = now;
    await touchKey(sql, key.id, now);
  }
  return { kind: "key", id: key.id, name: key.name, scope: key.scope };
}
