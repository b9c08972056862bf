/** Takes lines of a platform's or proxy's log: refused scheduled requests become decisions (`record-decisions.ts`). */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { seenByGate } from "#lib/boundary/decision-store.ts";
import { readDrain } from "#lib/boundary/drains/drain.ts";
import { routeByName } from "#lib/boundary/route-store.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { isName } from "#lib/input/identifiers.ts";
import { notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { guardedBy } from "#lib/schedules/guarded-store.ts";
import { instant, millis, minus, plus, SECOND } from "#lib/time/instant.ts";
import { recordDecisions } from "./record-decisions.ts";

export interface TakenDrain {
  /** Entries that came. */
  readonly taken: number;
  /** Of them: refused scheduled requests; the same again is counted and kept once. */
  readonly decisions: number;
  readonly ignored: number;
}

const BATCH = 1_000;
/** What the gate decided itself is known better from the gate; its clock and the log's may differ by so much. */
const APART = millis(5 * SECOND);

const pathOf = (url: string | null): string[] => (url === null ? [] : [new URL(url).pathname.replace(/\/+$/, "")]);

export async function takeDrain(
  ctx: Context,
  { name, body }: { readonly name: string; readonly body: string },
): Promise<Result<TakenDrain>> {
  const denied = mayNot(ctx.actor, "report");
  if (denied) return refuse(denied);
  const { pool } = runtime();
  const sql = sqlOf(pool);
  const row = isName(name) ? await routeByName(sql, name) : null;
  if (!row) return refuse(notFound({ message: "There is no such route." }));
  const guarded = await guardedBy(sql, [name]);
  const paths = new Set([...pathOf(row.url), ...guarded.flatMap(({ path }) => (path === null ? [] : [path.replace(/\/+$/, "")]))]); // biome-ignore format: one line
  const { taken, decisions } = readDrain(body, {
    route: name,
    paths,
    caller: (row.caller ?? row.contract).kind,
    origin: row.url === null ? null : new URL(row.url).origin,
    now: ctx.now,
  });
  if (decisions.length === 0) return ok({ taken, decisions: 0, ignored: taken });
  const times = decisions.map(({ at }) => at);
  const within = { from: minus(instant(Math.min(...times)), APART), to: plus(instant(Math.max(...times)), APART) };
  const seen = await seenByGate(sql, name, within);
  const left = decisions.filter(({ at, path }) => !seen.some((one) => Math.abs(one.at - at) <= APART && (one.path === null || one.path === path))); // biome-ignore format: one line
  for (let i = 0; i < left.length; i += BATCH) await recordDecisions(pool, left.slice(i, i + BATCH), ctx.now);
  return ok({ taken, decisions: left.length, ignored: taken - left.length });
}
