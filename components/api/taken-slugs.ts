/** Which short names are somebody's. */
import { api, queryString } from "./client.ts";
import type { List, Schedule } from "./shapes.ts";

/** Slugs of schedules that are not archived and contain this text; the first thousand. @throws ApiProblem */
export async function takenSlugs(text: string): Promise<ReadonlySet<string>> {
  const { items } = await api<List<Pick<Schedule, "slug">>>(`/schedules${queryString({ q: text, limit: 1_000 })}`);
  return new Set(items.map(({ slug }) => slug));
}
