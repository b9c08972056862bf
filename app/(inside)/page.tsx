import type { Metadata } from "next";
import { isOwn } from "#components/timeline/model.ts";
import { GROUPS, SORTS } from "#components/timeline/rows.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { readPingKey } from "#lib/access/ping-key.ts";
import { runtime } from "#lib/runtime.ts";
import { DEMO_ROUTE, type StoredDemo, viewDemo } from "#lib/views/demo.ts";
import { viewLanes, viewLaneWords } from "#lib/views/lanes.ts";
import { TimelineScreen } from "./_parts/timeline/timeline-screen.tsx";
import { WANTED } from "./_parts/timeline/wanted.ts";
import { type Asked, asked, hereOf, type Query } from "./address.ts";

export const metadata: Metadata = { title: "Timeline · Rollcall" };

/** Lanes that the page is drawn with, more than a screen holds; the screen asks for the others. */
const FIRST = 100;

function lanesAsked(query: Query) {
  const oneOf = <T extends string>(all: readonly T[], name: string): T | undefined =>
    all.find((one) => one === asked(query, name));
  const [q, tag, environment] = [asked(query, "q"), asked(query, "tag"), asked(query, "environment")];
  const verdict = oneOf(WANTED, "verdict");
  return {
    ...{ sort: oneOf(SORTS, "sort") ?? ("wrong" as const), group: oneOf(GROUPS, "group") ?? null },
    ...(q === null ? {} : { q }),
    ...(tag === null ? {} : { tags: tag.split(",") }),
    ...(environment === null ? {} : { environment }),
    ...(verdict === undefined ? {} : { verdict }),
  };
}

/** Whether it runs, only the server that runs it knows: the screen asks, and is drawn as if it does. */
const drawnDemo = ({ wrong, schedules }: StoredDemo) => ({
  ...{ made: true, running: true, wrong, schedules, route: DEMO_ROUTE, everySeconds: 60 },
});

export default async function Page({ searchParams }: Asked) {
  const query = await searchParams;
  const ctx = await pageContext(hereOf("/", query));
  const read = await viewLanes(ctx, { query: lanesAsked(query), page: { limit: FIRST, cursor: null } });
  const initial = read.ok ? read.value : null;
  const pingKey = initial?.items.every(isOwn) ? await readPingKey(ctx) : null;
  const demo = await viewDemo(ctx);
  const words = await viewLaneWords(ctx);
  return (
    <TimelineScreen
      initial={initial}
      publicUrl={runtime().config.publicUrl}
      pingKey={pingKey?.ok ? pingKey.value : null}
      tags={words.ok ? words.value.tags : []}
      environments={words.ok ? words.value.environments : []}
      demo={demo.ok && demo.value ? drawnDemo(demo.value) : null}
    />
  );
}
