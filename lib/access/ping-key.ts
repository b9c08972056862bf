/** The key under which jobs check in by a schedule's slug. */
import { randomBytes } from "node:crypto";
import { tellRegistry } from "#lib/db/tell.ts";
import { conflict, notFound, ok, type Result, refuse } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { type Instant, plus, type Seconds, toMillis } from "#lib/time/instant.ts";
import { mayNot } from "./actor.ts";
import { writeAudit } from "./audit.ts";
import type { Context } from "./context.ts";
import { inContext, sqlIn } from "./in-context.ts";
import { type PingKey, pingKeyRow, replacePingKey } from "./store/ping-key.ts";

const noProject = () => notFound({ message: "There is no project." });

/** It opens nothing but check-ins, and is still a key: for those who keep keys. */
export async function readPingKey(ctx: Context): Promise<Result<string>> {
  const read = await viewPingKey(ctx);
  return read.ok ? ok(read.value.key) : read;
}

export interface PingKeyView {
  readonly key: string;
  /** Until when the key before it is taken too; `null`: it is not. */
  readonly previousUntil: Instant | null;
  /** Whether the environment sets it, so that it is changed there. */
  readonly byEnvironment: boolean;
}

const viewOf = ({ key, previousUntil }: PingKey, now: Instant): PingKeyView => ({
  key,
  previousUntil: previousUntil !== null && previousUntil > now ? previousUntil : null,
  byEnvironment: runtime().config.pingKey !== null,
});

export async function viewPingKey(ctx: Context): Promise<Result<PingKeyView>> {
  const not = mayNot(ctx.actor, "administer");
  if (not) return refuse(not);
  const row = await pingKeyRow(sqlIn(ctx));
  return row === null ? refuse(noProject()) : ok(viewOf(row, ctx.now));
}

/**
 * Makes another key; the present one is taken for as long as said, a still earlier one no more.
 * @returns 409 `set_by_environment` where `ROLLCALL_PING_KEY` would bring the old one back at the next start
 */
export function rotatePingKey(
  ctx: Context,
  { graceSeconds }: { readonly graceSeconds: Seconds },
): Promise<Result<PingKeyView>> {
  return inContext<PingKeyView>(ctx, async (tx) => {
    const not = mayNot(ctx.actor, "manage_people");
    if (not) return refuse(not);
    if (runtime().config.pingKey !== null) {
      const message = "The ping key is set by ROLLCALL_PING_KEY, which would bring it back at the next start.";
      return refuse(conflict("set_by_environment", { message, doNext: "Change it there, and start Rollcall again." }));
    }
    if ((await pingKeyRow(tx, true)) === null) return refuse(noProject());
    await replacePingKey(tx, {
      key: randomBytes(17).toString("base64url").slice(0, 22),
      previousUntil: plus(ctx.now, toMillis(graceSeconds)),
    });
    await writeAudit(tx, ctx, {
      ...{ action: "ping_key.rotated", subjectKind: "project", subjectId: "1", detail: { graceSeconds } },
    });
    await tellRegistry(tx, "*");
    const row = await pingKeyRow(tx);
    return row === null ? refuse(noProject()) : ok(viewOf(row, ctx.now));
  });
}
