/** How often and for how long it was wrong before. */
import type { Incident } from "#components/api/shapes.ts";
import { lengthInWords } from "#components/time/words.ts";

const MINUTE = 60_000;

/** From when it was wrong to its end, in ms; `null` while it goes on. */
export const lengthOf = ({ since, resolvedAt }: Pick<Incident, "since" | "resolvedAt">): number | null =>
  resolvedAt === null ? null : Math.max(0, Date.parse(resolvedAt) - Date.parse(since));

/** `4 before this one, half of them over within 12 min`. */
export function historyInWords(earlier: readonly Pick<Incident, "since" | "resolvedAt">[], more: boolean): string {
  if (earlier.length === 0) return "This is its first incident.";
  const lengths = earlier.flatMap((one) => lengthOf(one) ?? []).toSorted((a, b) => a - b);
  const middle = lengths[Math.floor((lengths.length - 1) / 2)];
  const count = `${earlier.length}${more ? " and more" : ""} before this one`;
  if (middle === undefined) return `${count}.`;
  const words = lengthInWords(Math.max(MINUTE, Math.round(middle / MINUTE) * MINUTE));
  return lengths.length === 1 ? `${count}, over after ${words}.` : `${count}, half of them over within ${words}.`;
}
