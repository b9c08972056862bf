import type { ScheduleRow } from "#lib/schedules/store.ts";
import { specInWords } from "#lib/schedules/words.ts";

const words = new Map<string, string>();
const REMEMBERED = 5_000;

/**
 * How often a schedule is expected, in words; as its spec stands, where it is set aside because nothing can be read of
 * it. Remembered, since putting a cron expression into words takes longer than reading its row.
 */
export function cadenceOf({ spec, timezone }: Pick<ScheduleRow, "spec" | "timezone">): string {
  const key = `${JSON.stringify(spec)} ${timezone}`;
  let found = words.get(key);
  if (found === undefined) {
    try {
      found = specInWords(spec, timezone);
    } catch {
      found = spec.kind === "cron" ? spec.expression : spec.kind;
    }
    if (words.size >= REMEMBERED) words.clear();
    words.set(key, found);
  }
  return found;
}
