/** What the environment asks to be there from the first start on. */

import type { Config } from "#lib/config.ts";
import { newId } from "#lib/db/new-id.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { mayNot } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { inContext, sqlIn } from "./in-context.ts";
import { keyCache } from "./key-cache.ts";
import { hashPassword, passwordProblem } from "./password.ts";
import { email as emailInput } from "./schema.ts";
import { insertKey, knownKeyHash, liveKeyByName, lockKeyNames, revokeKeyRow, setPingKey } from "./store/keys.ts";
import { anyPeople, insertPerson, lockPeople } from "./store/people.ts";
import { hashOf } from "./token.ts";

/** The variable that a key made here comes from is its name. */
const CONFIGURED = "ROLLCALL_API_KEY";

/** Whether there is anybody yet. */
export const isSetUp = (ctx: Pick<Context, "tx">): Promise<boolean> => anyPeople(sqlIn(ctx));

export interface FirstAdmin {
  readonly made: boolean;
  readonly warning: string | null;
}

/**
 * Makes the admin of `config.admin` where there is nobody yet. The password is the operator's own: a weak one is told
 * by `warning`, and taken.
 */
export async function ensureFirstAdmin(ctx: Context, input: Pick<Config, "admin">): Promise<Result<FirstAdmin>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  const nothing = ok<FirstAdmin>({ made: false, warning: null });
  if (!input.admin || (await anyPeople(sqlIn(ctx)))) return nothing;
  const { password } = input.admin;
  const read = readInput(emailInput, input.admin.email);
  if (!read.ok) return read;
  const email = read.value;
  const hashed = await hashPassword(password);
  if (!hashed.ok) return hashed;
  return inContext(ctx, async (tx) => {
    await lockPeople(tx);
    if (await anyPeople(tx)) return nothing;
    const id = newId(ctx.now);
    const name = email.split("@")[0] || email;
    await insertPerson(tx, { id, email, name, role: "admin", passwordHash: hashed.value, createdAt: ctx.now });
    const subject = { subjectKind: "person", subjectId: id };
    await writeAudit(tx, ctx, { action: "person.first_admin", ...subject, detail: { email } });
    const weak = passwordProblem(password, { email });
    return ok<FirstAdmin>({ made: true, warning: weak && `The first admin's password is weak. ${weak.message}` });
  });
}

/**
 * Makes `config.apiKey` a key of scope `write`, in place of the one that an earlier start was given, and `config.pingKey`
 * the ping key. A key that was revoked since stays revoked: `warning` tells.
 */
export async function ensureConfiguredKeys(
  ctx: Context,
  { apiKey, pingKey }: Pick<Config, "apiKey" | "pingKey">,
): Promise<Result<{ readonly warning: string | null }>> {
  const not = mayNot(ctx.actor, "manage_people");
  if (not) return refuse(not);
  return inContext(ctx, async (tx) => {
    if (pingKey !== null && (await setPingKey(tx, pingKey))) {
      await writeAudit(tx, ctx, { action: "ping_key.set", subjectKind: "project", subjectId: "1" });
    }
    if (apiKey === null) return ok({ warning: null });
    await lockKeyNames(tx);
    const known = await knownKeyHash(tx, hashOf(apiKey));
    if (known) return ok({ warning: known.revoked ? `${CONFIGURED} was revoked, and opens nothing.` : null });
    const earlier = await liveKeyByName(tx, CONFIGURED);
    if (earlier) await revokeKeyRow(tx, { id: earlier.id, now: ctx.now });
    const key = { id: newId(ctx.now), name: CONFIGURED, scope: "write", prefix: "" } as const;
    await insertKey(tx, { ...key, keyHash: hashOf(apiKey), createdAt: ctx.now, createdBy: "environment" });
    const subject = { subjectKind: "key", subjectId: key.id };
    await writeAudit(tx, ctx, { action: "key.made", ...subject, detail: { name: key.name, scope: key.scope } });
    tx.afterCommit(() => keyCache().forget());
    return ok({ warning: null });
  });
}
