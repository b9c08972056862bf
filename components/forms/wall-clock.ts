/** Moments as an input of type `datetime-local` shows them: `2027-01-31T06:00` on a zone's clock. */
import { instant } from "#lib/time/instant.ts";
import { instantsOf, type WallClock, wallClock } from "#lib/time/zone.ts";

export const wallText = (at: string, zone: string): string =>
  new Date(wallClock(zone, instant(Date.parse(at)))).toISOString().slice(0, 16);

/** The moment at which the zone's clock shows this; after the gap where it is skipped. `null` for what is no moment. */
export function momentOf(wall: string, zone: string): string | null {
  const shown = Date.parse(`${wall}Z`);
  if (!Number.isFinite(shown)) return null;
  for (let later = 0; later <= 120; later += 15) {
    const [at] = instantsOf(zone, (shown + later * 60_000) as WallClock);
    if (at !== undefined) return new Date(at).toISOString();
  }
  return null;
}
