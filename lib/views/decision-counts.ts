/** How many decisions gates made, by bucket of time, route, outcome, reason and who called. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { countDecisions } from "#lib/boundary/count-store.ts";
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { DAY, type Instant, instant, toRfc3339 } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";

const HOUR_SECONDS = 3_600;
/** So many buckets are drawn at most. */
const MOST_BUCKETS = 1_000;

export interface CountsAsked {
  readonly route?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  /** In seconds; an hour by default. */
  readonly bucketSeconds?: number | undefined;
}

const countShape = ({ at, ...rest }: Awaited<ReturnType<typeof countDecisions>>[number]) => ({
  at: toRfc3339(at),
  ...rest,
});

/** Of the last 24 hours where nothing else is asked for; 422 where the span holds more than a thousand buckets. */
export async function viewDecisionCounts(
  ctx: Context,
  { route, from, to, bucketSeconds = HOUR_SECONDS }: CountsAsked,
): Promise<
  Result<{
    readonly from: string;
    readonly to: string;
    readonly bucketSeconds: number;
    readonly items: readonly ReturnType<typeof countShape>[];
  }>
> {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const end = to ?? ctx.now;
  const begin = from ?? instant(end - DAY);
  const wrong = (message: string) => refuse(invalid({ message, errors: [{ path: "from", message }] }));
  if (begin >= end) return wrong("must lie before to");
  if ((end - begin) / 1_000 / bucketSeconds > MOST_BUCKETS) {
    return wrong(`must be nearer: at most ${MOST_BUCKETS} buckets of ${bucketSeconds} s are counted`);
  }
  const items = await countDecisions(sqlIn(ctx), { route: route ?? null, span: span(begin, end), bucketSeconds });
  return ok({ from: toRfc3339(begin), to: toRfc3339(end), bucketSeconds, items: items.map(countShape) });
}
