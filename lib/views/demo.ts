/** The demo as it is stored: its protected route, and which contract the gate of it enforces. `server/demo` runs it. */
import type { Context } from "#lib/access/context.ts";
import type { RouteShape } from "#lib/boundary/route.ts";
import { viewRoute } from "#lib/boundary/service.ts";
import { ok, type Result } from "#lib/problem.ts";

export const DEMO_ROUTE = "demo-cron";
/** Below the address of its target. */
export const DEMO_PROBE_PATH = "/api/cron/probe";
/** How the demo's scheduler proves itself, whatever the gate expects. */
export const DEMO_CALLER = "vercel-cron";

export interface StoredDemo {
  /** The gate expects another contract than its scheduler presents. */
  readonly wrong: boolean;
  /** Those that cross the gate. */
  readonly schedules: readonly string[];
  readonly probeUrl: string;
}

/** Whether a route of that name is the demo's, and not one that somebody made. */
export const isOfDemo = (route: RouteShape): boolean =>
  route.allowPrivateNetwork && /^http:\/\/127\.0\.0\.1:\d+\/api\/cron\/probe$/.test(route.probeUrl ?? "");

/** `null`: there is none. */
export async function viewDemo(ctx: Context): Promise<Result<StoredDemo | null>> {
  const read = await viewRoute(ctx, { name: DEMO_ROUTE });
  if (!read.ok) return read.problem.code === "not_found" ? ok(null) : read;
  const route = read.value;
  if (!isOfDemo(route) || route.probeUrl === null) return ok(null);
  return ok({ wrong: route.contract.kind !== DEMO_CALLER, schedules: route.schedules, probeUrl: route.probeUrl });
}
