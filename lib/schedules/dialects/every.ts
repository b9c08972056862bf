import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import type { Seconds } from "#lib/time/instant.ts";
import type { Reading } from "./dialect.ts";

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };

/** `@every 1h30m` of robfig/cron, with the durations of Go; anything below a second counts as one. */
export function readEvery(expression: string): Result<Reading> | null {
  const match = /^@every\s+(.+)$/.exec(expression);
  if (!match) return null;
  const duration = match[1] ?? "";
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s))+$/.test(duration)) {
    const message = `“${duration}” is no length of time: write “@every 1h30m”, in h, m and s.`;
    return refuse(invalid({ code: "invalid_expression", message, errors: [{ path: "spec.expression", message }] }));
  }
  let ms = 0;
  for (const [, count, unit] of duration.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s)/g))
    ms += Number(count) * (UNIT_MS[unit ?? ""] ?? 0);
  const everySeconds = Math.max(1, Math.floor(ms / 1_000)) as Seconds;
  return ok({ kind: "read", fields: { kind: "every", everySeconds, zone: null } });
}
