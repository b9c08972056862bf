import type { Status } from "#lib/verdicts/verdict.ts";

/** What a lane may stand at, to look for; `rejected` is a missing run that was refused. */
export const WANTED = [
  ...(["rejected", "missing", "failed", "overrun", "late", "running"] as const),
  ...(["blind", "excused", "on_time"] as const),
] as const satisfies readonly (Status | "rejected")[];
