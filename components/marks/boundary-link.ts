/** Where a window met the boundary. Pure. */
import type { ListedWindow } from "#components/api/shapes.ts";

const scheduled = ({ decisions }: Pick<ListedWindow, "decisions">) =>
  decisions.filter(({ via }) => via === "scheduler").at(-1) ?? null;

/** The route at which the scheduler's newest request of a window was refused; `null` where none was. */
export function refusedAt(window: Pick<ListedWindow, "decisions">): string | null {
  const newest = scheduled(window);
  return newest?.outcome === "rejected" ? (newest.route ?? null) : null;
}

/** The route's page, at that decision. */
export function boundaryHref(route: string, window: Pick<ListedWindow, "decisions">): string {
  const newest = scheduled(window);
  if (newest === null) return `/boundary/${encodeURIComponent(route)}`;
  // The list begins with it, however long ago it was.
  const to = new Date(Date.parse(newest.at) + 1).toISOString();
  return `/boundary/${encodeURIComponent(route)}?decision=${newest.id}&to=${to}`;
}
