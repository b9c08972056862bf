/** What is sent of a schedule, as it is kept: with its default anchor, and the secrets that stay. Pure. */
import { ok, type Result } from "#lib/problem.ts";
import type { Instant } from "#lib/time/instant.ts";
import { withKeptSecrets } from "./driver-secrets.ts";
import { type Driver, type ScheduleFields, type ScheduleInput, withAnchor } from "./schema.ts";

export function fieldsOf(
  { reason: _, ...input }: ScheduleInput,
  present: { readonly createdAt: Instant; readonly driver: Driver } | null,
  now: Instant,
): Result<ScheduleFields> {
  const driver = withKeptSecrets(input.driver, present?.driver ?? null);
  if (!driver.ok) return driver;
  return ok({ ...input, spec: withAnchor(input.spec, present?.createdAt ?? now), driver: driver.value });
}
