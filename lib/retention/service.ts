/** How long things are kept: read by whoever may see, set by admins. The engine asks for it at each of its runs. */
import { mayNot } from "#lib/access/actor.ts";
import { writeAudit } from "#lib/access/audit.ts";
import type { Context } from "#lib/access/context.ts";
import { inContext, sqlIn } from "#lib/access/in-context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellStale } from "#lib/db/tell.ts";
import { invalid, ok, type Problem, preconditionFailed, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { countOlder, type Held, readHeld } from "./held-store.ts";
import { forgottenBefore, type Kept, type Kind, shortened, withDefaults, wrongWith } from "./retention.ts";
import { keptIn, keptShape, type RetentionInput } from "./schema.ts";
import { retentionRow, writeRetention } from "./store.ts";

/** Of what nobody has set; the first change makes the second. */
const FIRST = 1;

/** What is in force: what an admin has set, else what the environment says. */
export async function keptNow(sql: Sql, environment: { readonly retentionDays: number }): Promise<Kept> {
  return (await retentionRow(sql))?.kept ?? withDefaults({}, environment);
}

export type RetentionShape = ReturnType<typeof keptShape> & {
  readonly held: Readonly<Record<Exclude<Kind, "logs">, Held>>;
  /** Whether the environment says it, since nobody has set it here. */
  readonly byEnvironment: boolean;
  readonly version: number;
};

async function shapeOf(sql: Sql): Promise<RetentionShape> {
  const row = await retentionRow(sql);
  const kept = row?.kept ?? withDefaults({}, runtime().config);
  const held = await readHeld(sql);
  return { ...keptShape(kept), held, byEnvironment: row === null, version: row?.version ?? FIRST };
}

const refusal = (kept: Kept): Problem | null => {
  const errors = wrongWith(kept).map(({ kind, message }) => ({ path: `${kind}Seconds`, message }));
  return errors.length === 0 ? null : invalid({ message: "Things cannot be kept like this.", errors });
};

export async function viewRetention(ctx: Context): Promise<Result<RetentionShape>> {
  const denied = mayNot(ctx.actor, "see");
  return denied ? refuse(denied) : ok(await shapeOf(sqlIn(ctx)));
}

export interface Dropped {
  readonly kind: Kind;
  /** Rows that the next run of the retention forgets besides those that it would forget anyway. */
  readonly rows: number;
}

/** What a change would drop: kinds that are kept shorter than now, and of which something is older. */
export async function previewRetention(
  ctx: Context,
  { input }: { readonly input: RetentionInput },
): Promise<Result<{ readonly drops: readonly Dropped[] }>> {
  const denied = mayNot(ctx.actor, "administer");
  if (denied) return refuse(denied);
  const { config } = runtime();
  const sql = sqlIn(ctx);
  const after = withDefaults(keptIn(input), config);
  const wrong = refusal(after);
  if (wrong) return refuse(wrong);
  const drops: Dropped[] = [];
  for (const kind of shortened(await keptNow(sql, config), after)) {
    const before = forgottenBefore(after, kind, ctx.now);
    const rows = before === null ? 0 : await countOlder(sql, { kind, before });
    if (rows > 0) drops.push({ kind, rows });
  }
  return ok({ drops });
}

export function putRetention(
  ctx: Context,
  { input, ifMatch }: { readonly input: RetentionInput; readonly ifMatch: number | null },
): Promise<Result<RetentionShape>> {
  return inContext(ctx, async (tx) => {
    const denied = mayNot(ctx.actor, "administer");
    if (denied) return refuse(denied);
    const { config } = runtime();
    const row = await retentionRow(tx, true);
    const version = row?.version ?? FIRST;
    const movedOn = (): Problem => preconditionFailed({ message: `It has moved on to version ${version}.` });
    if (ifMatch !== null && ifMatch !== version) return refuse(movedOn());
    const before = row?.kept ?? withDefaults({}, config);
    const kept = withDefaults(keptIn(input), config);
    const wrong = refusal(kept);
    if (wrong) return refuse(wrong);
    const written = await writeRetention(tx, { kept, version: version + 1, made: row === null });
    if (!written) return refuse(movedOn());
    const changes = Object.entries(kept).filter(([kind, days]) => before[kind as Kind] !== days);
    await writeAudit(tx, ctx, {
      ...{ action: "retention.changed", subjectKind: "settings", subjectId: "retention" },
      detail: Object.fromEntries(
        changes.map(([kind, days]) => [kind, `${words(before[kind as Kind])} → ${words(days)}`]),
      ),
    });
    await tellStale(tx, ["settings"]);
    return ok(await shapeOf(tx));
  });
}

const words = (days: number | null): string => (days === null ? "for ever" : `${days} days`);
