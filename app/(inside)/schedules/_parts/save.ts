/** Saving a schedule from its form, and reading what somebody else made of it meanwhile. */
import { ApiProblem, api } from "#components/api/client.ts";
import type { List, Schedule, ScheduleVersion } from "#components/api/shapes.ts";
import { bodyOf, type FormValues } from "#components/forms/schedule-values.ts";

const taken = (slug: string) =>
  new ApiProblem({
    code: "slug_taken",
    status: 409,
    message: `There is a schedule “${slug}” already.`,
    doNext: "Choose another short name.",
    errors: [{ path: "slug", message: "is taken" }],
  });

async function isTaken(slug: string): Promise<boolean> {
  // A list answers 200 whether there is one or not: a browser tells of a 404 in its console.
  const known = await api<List<Schedule>>(`/schedules?limit=1000&q=${encodeURIComponent(slug)}`);
  return known.items.some((one) => one.slug === slug);
}

/** A `PUT` makes or changes: a new one must not fall upon another of its name. @throws ApiProblem */
export async function store(values: FormValues, before: Schedule | null): Promise<Schedule> {
  if (before === null && (await isTaken(values.slug))) throw taken(values.slug);
  return api<Schedule>(`/schedules/${values.slug}`, {
    method: "PUT",
    body: bodyOf(values, before),
    ifMatch: before?.version,
  });
}

export interface Theirs {
  readonly schedule: Schedule;
  /** Who made the newest version. */
  readonly by: string | null;
}

/** @throws ApiProblem */
export async function theirsOf(slug: string): Promise<Theirs> {
  const [schedule, versions] = await Promise.all([
    api<Schedule>(`/schedules/${slug}`),
    api<List<ScheduleVersion>>(`/schedules/${slug}/versions?limit=1`),
  ]);
  return { schedule, by: versions.items[0]?.actor ?? null };
}
