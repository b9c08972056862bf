/** A CronJob as it stands in a cluster, and what Rollcall makes of it. Pure. */
import type { V1CronJob } from "@kubernetes/client-node";
import { parseCron } from "#lib/schedules/cron.ts";
import { sameZone } from "#lib/time/zone.ts";
import { no, yes, zoneOf } from "../answer.ts";
import type { Answer, Held } from "../driver.ts";
import { expressionFor } from "../expression-for.ts";

/** `spec.schedule` and `spec.timeZone`, as they stand there. */
interface Times {
  readonly schedule: string;
  readonly timeZone?: string;
}

export const refOf = (namespace: string, name: string): string => `${namespace}/${name}`;
export function readRef(ref: string): { readonly namespace: string; readonly name: string } | null {
  const [, namespace, name] = /^([a-z0-9-]{1,63})\/([a-z0-9.-]{1,63})$/.exec(ref.trim()) ?? [];
  return namespace && name ? { namespace, name } : null;
}

/** What it holds; `zone` is the controller's, which it fires by where it names none. */
export function heldOf(job: V1CronJob, zone: string): Answer<Held> {
  const { schedule, timeZone, suspend } = job.spec ?? {};
  if (typeof schedule !== "string") return no("refused", "The API server's answer is no CronJob.");
  const written = timeZone ?? zone;
  const timezone = zoneOf(written);
  if (timezone === null) return no("refused", `Its time zone “${written}” is none that Rollcall knows.`);
  const read = parseCron(schedule, "kubernetes");
  if (!read.ok) return no("refused", `Its schedule cannot be read: ${read.problem.message}`);
  const times: Times = timeZone === undefined ? { schedule } : { schedule, timeZone };
  return yes({
    spec: { kind: "cron", expression: schedule.trim(), dialect: "kubernetes" },
    ...{ timezone, native: JSON.stringify(times), enabled: suspend !== true },
  });
}

/** A merge patch (RFC 7396): `null` takes a field away. */
export interface SpecPatch {
  readonly schedule: string;
  readonly timeZone: string | null;
  readonly suspend?: boolean;
}

export function patchFor(put: Pick<Held, "spec" | "timezone"> | Held, instead: Held): Answer<SpecPatch> {
  if ("native" in put) {
    const { schedule, timeZone } = JSON.parse(put.native) as Times;
    const suspend = put.enabled === instead.enabled ? {} : { suspend: !put.enabled };
    return yes({ schedule, timeZone: timeZone ?? null, ...suspend });
  }
  const schedule = expressionFor(put.spec, "kubernetes");
  if (!schedule.ok) return schedule;
  // A CronJob that names no zone, where that makes no difference, does not begin to.
  const unnamed =
    (JSON.parse(instead.native) as Times).timeZone === undefined && sameZone(instead.timezone, put.timezone);
  return yes({ schedule: schedule.value, timeZone: unnamed ? null : put.timezone });
}
