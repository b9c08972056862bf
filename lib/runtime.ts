/**
 * What a process has once. Next evaluates this file anew for routes and for pages, so that module variables would be
 * three; what is here lies under one symbol on globalThis.
 */
import { randomUUID } from "node:crypto";
import type pg from "pg";
import type { Config } from "#lib/config.ts";
import type { PrismaClient } from "#lib/db/generated/client.ts";
import type { Clock } from "#lib/time/clock.ts";

export interface Runtime {
  readonly config: Config;
  readonly pool: pg.Pool;
  /** Over the same pool. */
  readonly prisma: PrismaClient;
  readonly clock: Clock;
  /** Of this process: its name in leases and in the log. */
  readonly instanceId: string;
}

const KEY: unique symbol = Symbol.for("rollcall.runtime");
const holder = globalThis as typeof globalThis & { [KEY]?: Runtime };

/** Throws before `startRuntime` and after `stopRuntime`: that is a bug of the caller. */
export function runtime(): Runtime {
  const running = holder[KEY];
  if (!running) throw new Error("there is no runtime: this process has not started, or has stopped");
  return running;
}

export function startRuntime(parts: Omit<Runtime, "instanceId">): Runtime {
  if (holder[KEY]) throw new Error("there is a runtime already");
  const started = { ...parts, instanceId: randomUUID() };
  holder[KEY] = started;
  return started;
}

/** Ends what it holds, the pool last; queries under way end first. */
export async function stopRuntime(): Promise<void> {
  const running = holder[KEY];
  if (!running) return;
  delete holder[KEY];
  await running.prisma.$disconnect();
  await running.pool.end();
}
