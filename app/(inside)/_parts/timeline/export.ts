/** Files of what is shown, made in the browser. */
import { api, queryString } from "#components/api/client.ts";
import type { Timeline } from "#components/api/shapes.ts";
import { type CsvLane, csvOf } from "#components/timeline/csv.ts";
import { type LaneHead, laneFacts, type Stretch } from "#components/timeline/model.ts";

export function download(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  // The download has begun by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Lanes asked for at once; an address has to stay short. */
const AT_ONCE = 50;
/** Of a lane, in pixels: so wide that windows come one by one, as long as there are no more than these. */
const WIDTH = 16_000;

async function factsOf(slugs: readonly string[], { from, to }: Stretch): Promise<Map<string, CsvLane["facts"]>> {
  const facts = new Map<string, CsvLane["facts"]>();
  let cursor: string | null = null;
  do {
    const span = { from: new Date(Math.floor(from)).toISOString(), to: new Date(Math.ceil(to)).toISOString() };
    const asked = { ...span, width: WIDTH, slugs: slugs.join(","), limit: 1_000, cursor };
    const told: Timeline = await api<Timeline>(`/timeline${queryString(asked)}`);
    const around = { bucketSeconds: told.bucketSeconds ?? 1, end: Date.parse(told.to) };
    for (const lane of told.lanes) facts.set(lane.slug, laneFacts(lane, around));
    cursor = told.nextCursor;
  } while (cursor !== null);
  return facts;
}

/** Every window of these lanes in a stretch, in the order of the screen. @throws ApiProblem */
export async function fetchCsv(lanes: readonly LaneHead[], seen: Stretch): Promise<string> {
  const all: CsvLane[] = [];
  for (let first = 0; first < lanes.length; first += AT_ONCE) {
    const some = lanes.slice(first, first + AT_ONCE);
    const facts = await factsOf(
      some.map(({ slug }) => slug),
      seen,
    );
    for (const { slug, name } of some) {
      const own = facts.get(slug);
      if (own) all.push({ slug, name, facts: own });
    }
  }
  return csvOf(all, seen);
}
