/**
 * What is expected while a schedule is accelerated (domain.md, Acceleration): the temporary spec, spliced between the
 * versions. An acceleration is no edit and leaves no version: it lies over them, from the moment at which the temporary
 * spec was read back to the moment at which the revert begins.
 */
import { type Instant, type Seconds, seconds } from "#lib/time/instant.ts";
import { occurrences } from "./expand.ts";
import type { Spec, Version } from "./spec.ts";
import type { History } from "./windows.ts";

/** An acceleration that was applied, as far as it decides what is expected. */
export interface Applied {
  readonly id: string;
  /** The original's own windows stay expected beside the temporary ones. */
  readonly standIn: boolean;
  readonly spec: Spec;
  readonly timezone: string;
  /** Half of the smallest gap of the temporary spec; `null`: it has one time alone. */
  readonly halfGapSeconds: Seconds | null;
  readonly appliedAt: Instant;
  /** When its revert began; before that, when it will at the latest. */
  readonly endsAt: Instant;
}

/** The grace of temporary windows: the smaller of the original's and half their gap. */
const graceOf = (original: Version, { halfGapSeconds }: Applied): Seconds =>
  halfGapSeconds === null ? original.graceSeconds : seconds(Math.min(original.graceSeconds, halfGapSeconds));

const temporary = (original: Version, applied: Applied, effectiveFrom: Instant): Version => ({
  ...original,
  effectiveFrom,
  spec: applied.spec,
  timezone: applied.timezone,
  graceSeconds: graceOf(original, applied),
  acceleration: { id: applied.id, standIn: applied.standIn, original },
});

function lay(versions: readonly Version[], applied: Applied): Version[] {
  const { appliedAt, endsAt: end } = applied;
  if (end <= appliedAt) return [...versions];
  const laid: Version[] = [];
  for (const [i, version] of versions.entries()) {
    const from = version.effectiveFrom;
    const to = versions[i + 1]?.effectiveFrom ?? Number.POSITIVE_INFINITY;
    if (to <= appliedAt || from >= end) {
      laid.push(version);
      continue;
    }
    if (from < appliedAt) laid.push(version);
    laid.push(temporary(version, applied, Math.max(from, appliedAt) as Instant));
    if (end < to) laid.push({ ...version, effectiveFrom: end });
  }
  return laid;
}

/** The history with the accelerations over it; the same where there are none. They do not overlap. */
export function withAccelerations(history: History, accelerations: readonly Applied[]): History {
  if (accelerations.length === 0) return history;
  return { ...history, versions: accelerations.reduce<readonly Version[]>(lay, history.versions) };
}

/** The version that was written: of a temporary one the one that it lies over. */
export const writtenVersion = (version: Version): Version => version.acceleration?.original ?? version;

/** The versions that were written, each once, without the accelerations that lie over them. */
export const writtenVersions = (versions: readonly Version[]): Version[] =>
  versions.map(writtenVersion).filter((version, i, all) => all[i - 1]?.number !== version.number);

/** Times that are looked at for the smallest gap: a day of every ten seconds. */
const LOOKED_AT = 10_000;

/** Half of the smallest gap between the times of a spec in a span of time, in whole seconds; `null` under two times. */
export function halfGap(
  spec: Spec,
  timezone: string,
  within: { readonly from: Instant; readonly to: Instant },
): Seconds | null {
  const times = occurrences(spec, timezone, within).slice(0, LOOKED_AT);
  let smallest = Number.POSITIVE_INFINITY;
  for (let i = 1; i < times.length; i++) smallest = Math.min(smallest, (times[i] ?? 0) - (times[i - 1] ?? 0));
  return smallest === Number.POSITIVE_INFINITY ? null : seconds(Math.floor(smallest / 2_000));
}
