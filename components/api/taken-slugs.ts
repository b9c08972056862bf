/** Which short names are somebody's. */
import { ApiProblem, api, queryString } from "./client.ts";
import type { List, Schedule } from "./shapes.ts";

/** Slugs of schedules that are not archived and contain this text; the first thousand. @throws ApiProblem */
export async function takenSlugs(text: string): Promise<ReadonlySet<string>> {
  const { items } = await api<List<Pick<Schedule, "slug">>>(`/schedules${queryString({ q: text, limit: 1_000 })}`);
  return new Set(items.map(({ slug }) => slug));
}

/** A new schedule must not fall upon another of its name. @throws ApiProblem */
export async function refuseTaken(slug: string): Promise<void> {
  if (!(await takenSlugs(slug)).has(slug)) return;
  throw new ApiProblem({
    ...{ code: "slug_taken", status: 409, message: `There is a schedule “${slug}” already.` },
    doNext: "Choose another short name.",
  });
}
