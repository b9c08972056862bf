import type { Context } from "#lib/access/context.ts";
import { previewInput } from "#lib/schedules/question.ts";
import { viewPreview } from "#lib/views/preview.ts";
import type { ScheduleShape } from "#lib/views/schedules.ts";

const [MINUTE, DAY] = [60_000, 86_400_000];
/** Windows that a page shows of the past. */
const SHOWN = 40;

/** How far back one has to look for the last windows, in ms: by the gaps between the next ones. */
export async function lookBackOf(ctx: Context, { spec, timezone }: ScheduleShape): Promise<number> {
  if (spec.kind === "rolling") return Math.min(SHOWN * spec.everySeconds * 1_000, 30 * DAY);
  const asked = previewInput.safeParse({ spec, timezone, count: 20 });
  const told = asked.success ? await viewPreview(ctx, asked.data) : null;
  const times = told?.ok ? told.value.expectedAt.map((at) => Date.parse(at)) : [];
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || first === last) return 30 * DAY;
  return Math.min(Math.max((SHOWN * (last - first)) / (times.length - 1), MINUTE), 400 * DAY);
}
