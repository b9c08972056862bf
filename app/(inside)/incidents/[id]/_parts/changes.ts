/** What changed shortly before an incident began: deploys and edits that were marked, and new versions of its schedule. */
import type { ChangeMark, ScheduleVersion } from "#components/api/shapes.ts";
import { lengthInWords } from "#components/time/words.ts";

export interface ChangeShown {
  readonly id: string;
  readonly at: string;
  readonly title: string;
  readonly url: string | null;
  /** `4 min before`. */
  readonly before: string;
}

const MINUTE = 60_000;

const lengthBefore = (at: string, since: string): string => {
  const length = Date.parse(since) - Date.parse(at);
  return length < MINUTE ? "just" : lengthInWords(Math.floor(length / MINUTE) * MINUTE);
};

/** Oldest first, of the time before `since`; what speaks of other schedules only is left out. */
export function changesBefore({
  since,
  slug,
  marks,
  versions,
}: {
  readonly since: string;
  readonly slug: string | null;
  readonly marks: readonly ChangeMark[];
  readonly versions: readonly Pick<ScheduleVersion, "version" | "effectiveFrom" | "actor" | "reason">[];
}): readonly ChangeShown[] {
  const own = marks.filter(({ schedules }) => !schedules || (slug !== null && schedules.includes(slug)));
  const shown = [
    ...own.map(({ id, at, title, url }) => ({ id, at, title, url: url ?? null })),
    ...versions
      .filter(({ version }) => version > 1)
      .map(({ version, effectiveFrom, actor, reason }) => ({
        ...{ id: `version ${version}`, at: effectiveFrom, url: null },
        title: `${slug ?? "Its schedule"} became version ${version}, by ${actor}${reason ? `: ${reason}` : ""}`,
      })),
  ];
  const from = Date.parse(since) - 24 * 60 * MINUTE;
  return shown
    .filter(({ at }) => Date.parse(at) <= Date.parse(since) && Date.parse(at) >= from)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map((one) => ({ ...one, before: `${lengthBefore(one.at, since)} before` }));
}
