/** The key under which jobs check in by a schedule's slug. */
import { notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { mayNot } from "./actor.ts";
import type { Context } from "./context.ts";
import { sqlIn } from "./in-context.ts";
import { pingKeyRow } from "./store/ping-key.ts";

/** It opens nothing but check-ins, and is still a key: for those who keep keys. */
export async function readPingKey(ctx: Context): Promise<Result<string>> {
  const not = mayNot(ctx.actor, "administer");
  if (not) return refuse(not);
  const key = await pingKeyRow(sqlIn(ctx));
  return key === null ? refuse(notFound({ message: "There is no project." })) : ok(key);
}
