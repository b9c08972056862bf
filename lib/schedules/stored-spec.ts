/** A spec as a jsonb column holds it, and as the API reads and writes it: moments as RFC 3339. Pure. */
import { instant, type Seconds, toRfc3339 } from "#lib/time/instant.ts";
import type { Spec } from "./spec.ts";

export type StoredSpec =
  | { kind: "cron"; expression: string; dialect: Extract<Spec, { kind: "cron" }>["dialect"] }
  | { kind: "interval"; everySeconds: number; anchor: string }
  | { kind: "rolling"; everySeconds: number }
  | { kind: "at"; at: string };

/** Reads a stored spec. */
export function specOf(stored: StoredSpec): Spec {
  switch (stored.kind) {
    case "cron":
      return { kind: "cron", expression: stored.expression, dialect: stored.dialect };
    case "interval":
      return {
        kind: "interval",
        everySeconds: stored.everySeconds as Seconds,
        anchor: instant(Date.parse(stored.anchor)),
      };
    case "rolling":
      return { kind: "rolling", everySeconds: stored.everySeconds as Seconds };
    case "at":
      return { kind: "at", at: instant(Date.parse(stored.at)) };
  }
}

export function storedSpec(spec: Spec): StoredSpec {
  switch (spec.kind) {
    case "interval":
      return { ...spec, anchor: toRfc3339(spec.anchor) };
    case "at":
      return { ...spec, at: toRfc3339(spec.at) };
    case "cron":
    case "rolling":
      return spec;
  }
}
