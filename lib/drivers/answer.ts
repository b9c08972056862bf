/** How a member of the family answers. Pure. */
import { slugFor } from "#lib/schedules/slug-for.ts";
import { sameZone, zoneNamed } from "#lib/time/zone.ts";
import type { Answer, DriverProblem, Held, Proposal } from "./driver.ts";

export const yes = <T>(value: T): Answer<T> => ({ ok: true, value });

/** The sentence begins with a capital letter, ends with a full stop, and holds no secret. */
export const no = (kind: DriverProblem["kind"], sentence: string): Extract<Answer<never>, { ok: false }> => ({
  ok: false,
  problem: { kind, sentence },
});

/** Something else stands there than was said. */
export const changed = (holds: Held): Extract<Answer<never>, { ok: false }> => ({
  ok: false,
  problem: { kind: "changed", sentence: `It holds “${holds.native}” by now; nothing was written.`, holds },
});

/** The zone that a scheduler names, `UTC` by whichever of its names; `null`: it is none. */
export function zoneOf(written: string): string | null {
  const zone = zoneNamed(written);
  return zone !== null && sameZone(zone, "UTC") ? "UTC" : zone;
}

const LONGEST_REASON = 300;

/** What went wrong, as the end of a sentence: one line, bounded, without a full stop. */
export const reasonOf = (thrown: unknown): string =>
  (thrown instanceof Error ? thrown.message : String(thrown))
    .replace(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .trim()
    .slice(0, LONGEST_REASON)
    .replace(/\.+$/, "") || "no reason given";

/** Slugs that tell the proposals of one scheduler apart: the second `backup` is `backup-2`. */
export function withSlugs(proposals: readonly Omit<Proposal, "slug">[]): readonly Proposal[] {
  const taken = new Set<string>();
  return proposals.map((proposal) => {
    const base = slugFor(proposal.name).slice(0, 90).replace(/-+$/, "") || "job";
    let count = 1;
    while (taken.has(count === 1 ? base : `${base}-${count}`)) count++;
    const slug = count === 1 ? base : `${base}-${count}`;
    taken.add(slug);
    return { ...proposal, slug };
  });
}
