import type { Metadata } from "next";
import { isOwn } from "#components/timeline/model.ts";
import { askFor, readRange } from "#components/timeline/range.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { readPingKey } from "#lib/access/ping-key.ts";
import { runtime } from "#lib/runtime.ts";
import { instant } from "#lib/time/instant.ts";
import { viewTimeline } from "#lib/views/timeline.ts";
import { TimelineScreen } from "./_parts/timeline/timeline-screen.tsx";
import { type Asked, asked, hereOf } from "./address.ts";

export const metadata: Metadata = { title: "Timeline · Rollcall" };

/** Of a lane on a usual screen: the first answer is drawn before anybody has measured. */
const USUAL_WIDTH = 1_000;

export default async function Page({ searchParams }: Asked) {
  const query = await searchParams;
  const ctx = await pageContext(hereOf("/", query));
  const [range, q, tag] = [readRange(asked(query, "range")), asked(query, "q"), asked(query, "tag")];
  const { from, to, width } = askFor({ range, width: USUAL_WIDTH }, ctx.now);
  const read = await viewTimeline(ctx, {
    query: {
      ...{ from: instant(from), to: instant(to), width, sort: "wrong" },
      ...(q === null ? {} : { q }),
      ...(tag === null ? {} : { tags: [tag] }),
    },
    page: { limit: 100, cursor: null },
  });
  const initial = read.ok ? read.value : null;
  const pingKey = initial?.lanes.every(isOwn) ? await readPingKey(ctx) : null;
  const tags = [...new Set(initial?.lanes.flatMap((lane) => lane.tags) ?? [])].sort();
  return (
    <TimelineScreen
      initial={initial}
      publicUrl={runtime().config.publicUrl}
      pingKey={pingKey?.ok ? pingKey.value : null}
      tags={tags}
    />
  );
}
