/** Whether a spec and its zone can be expanded at all. */
import type { FieldError } from "#lib/problem.ts";
import { isZone } from "#lib/time/zone.ts";
import { parseCron } from "./cron.ts";
import type { Spec } from "./spec.ts";

const LONGEST_EVERY = 366 * 86_400;
const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

function checkMoment(path: string, at: number): FieldError[] {
  if (Number.isInteger(at) && at >= EARLIEST && at < LATEST) return [];
  return [{ path, message: "Give a time between 1970 and 2199." }];
}

function checkEvery(everySeconds: number): FieldError[] {
  if (Number.isInteger(everySeconds) && everySeconds >= 1 && everySeconds <= LONGEST_EVERY) return [];
  return [{ path: "spec.everySeconds", message: "Give whole seconds, from 1 to 366 days (31622400)." }];
}

function checkOwn(spec: Spec): FieldError[] {
  switch (spec.kind) {
    case "cron": {
      const parsed = parseCron(spec.expression, spec.dialect);
      return parsed.ok ? [] : [{ path: "spec.expression", message: parsed.problem.message }];
    }
    case "interval":
      return [...checkEvery(spec.everySeconds), ...checkMoment("spec.anchor", spec.anchor)];
    case "rolling":
      return checkEvery(spec.everySeconds);
    case "at":
      return checkMoment("spec.at", spec.at);
  }
}

/** What is wrong with a spec and its time zone, field by field; empty when nothing is. */
export function checkSpec(spec: Spec, timezone: string): FieldError[] {
  const zone = isZone(timezone)
    ? []
    : [
        {
          path: "timezone",
          message: `“${timezone}” is no time zone: give an IANA name such as “Europe/Berlin” or “UTC”.`,
        },
      ];
  return [...checkOwn(spec), ...zone];
}
