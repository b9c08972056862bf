/** What the server found, as entries of the palette. Another kind of thing is another line of `ENTRIES`. Pure. */
import type { Entry, Verb } from "./entries.ts";

/** What `GET /search` answers. */
export type Found =
  | {
      readonly kind: "schedule";
      readonly slug: string;
      readonly name: string;
      readonly environment: string;
      readonly paused: boolean;
      readonly archived: boolean;
    }
  | {
      readonly kind: "incident";
      readonly id: string;
      readonly number: number;
      readonly state: "open" | "acknowledged" | "resolved";
      readonly sentence: string;
    }
  | { readonly kind: "route"; readonly name: string }
  | { readonly kind: "run"; readonly id: string; readonly schedule: string; readonly startedAt: string };

type Of<Kind extends Found["kind"]> = Extract<Found, { readonly kind: Kind }>;

const ENTRIES: { readonly [Kind in Found["kind"]]: (one: Of<Kind>) => Entry } = {
  schedule: ({ slug, name, environment, archived }) => ({
    ...{ id: `schedule ${slug}`, title: name, icon: "schedules" },
    note: [slug === name ? "" : slug, environment === "production" ? "" : environment, archived ? "archived" : ""].filter(Boolean).join(" · "), // biome-ignore format: one thing
    does: { kind: "go", href: `/schedules/${slug}` },
  }),
  incident: ({ id, number, state, sentence }) => ({
    ...{ id: `incident ${id}`, title: `Incident ${number}: ${sentence}`, note: state, icon: "incidents" },
    does: { kind: "go", href: `/incidents/${id}` },
  }),
  run: ({ id, schedule, startedAt }) => ({
    ...{ id: `run ${id}`, title: `Run of ${schedule}`, at: startedAt, icon: "schedules" },
    does: { kind: "go", href: `/schedules/${schedule}?tab=runs` },
  }),
  route: ({ name }) => ({
    ...{ id: `route ${name}`, title: name, note: "route", icon: "boundary" },
    does: { kind: "go", href: `/boundary/${encodeURIComponent(name)}` },
  }),
};

/** @param shows the kinds that have a page to go to */
export const foundEntries = (found: readonly Found[], shows: ReadonlySet<Found["kind"]>): readonly Entry[] =>
  found.filter(({ kind }) => shows.has(kind)).map((one) => (ENTRIES[one.kind] as (of: Found) => Entry)(one));

const PAUSES = [
  ["for 1 hour", 3_600],
  ["for 4 hours", 14_400],
  ["for a day", 86_400],
  ["until it is resumed", null],
] as const;

function doing({ slug, name }: Of<"schedule">, verb: Verb): readonly Entry[] {
  switch (verb) {
    case "resume":
      return [{ id: `resume ${slug}`, title: `Resume ${name}`, icon: "check", does: { kind: "resume", slug, name } }];
    case "run":
      return [{ id: `run ${slug}`, title: `Run ${name} now`, icon: "check", does: { kind: "run", slug, name } }];
    case "accelerate": {
      const does = { kind: "go", href: `/schedules/${slug}?do=accelerate` } as const;
      return [{ id: `accelerate ${slug}`, title: `Accelerate ${name}…`, icon: "accelerations", does }];
    }
    case "pause":
      return PAUSES.map(([words, seconds]) => ({
        ...{ id: `pause ${slug} ${seconds}`, title: `Pause ${name} ${words}`, icon: "schedules" },
        does: { kind: "pause", slug, name, seconds },
      }));
  }
}

/** Doing something with what was found; archived ones expect nothing anyway. */
export function verbEntries(found: readonly Found[], verb: Verb): readonly Entry[] {
  const schedules = found.flatMap((one) => (one.kind === "schedule" && !one.archived ? [one] : []));
  const fitting = schedules.filter(({ paused }) => paused === (verb === "resume")).slice(0, 3);
  return fitting.flatMap((one) => doing(one, verb));
}
