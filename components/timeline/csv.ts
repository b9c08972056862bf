/** The facts as a file for spreadsheets: RFC 4180. Pure. */
import { causeInWords, wordOf } from "#components/marks/look.ts";
import type { LaneFacts, Stretch } from "./model.ts";

/** What a spreadsheet would take for a formula is told to be text (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const csvLine = (cells: readonly (string | number | null)[]): string => `${cells.map(csvCell).join(",")}\r\n`;

const HEAD = [
  ...["schedule", "name", "expected_at", "opens_at", "due_by", "verdict", "cause", "reason"],
  ...["first_run_started_at", "last_run_finished_at", "runs", "windows", "incident"],
];

const iso = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : new Date(at).toISOString();

export interface CsvLane {
  readonly slug: string;
  readonly name: string;
  readonly facts: LaneFacts;
}

function windowLines({ slug, name, facts }: CsvLane, within: Stretch): string[] {
  return facts.windows
    .filter(({ expectedAt }) => expectedAt >= within.from && expectedAt < within.to)
    .map(({ told, runs, ...window }) => {
      const cause = told.diagnosis ?? (told.cause ? causeInWords(told.cause) : null);
      return csvLine([
        ...[slug, name, iso(window.expectedAt), iso(window.opensAt), iso(window.dueBy), wordOf(window.mark)],
        ...[cause, told.reason ?? null, iso(runs[0]?.from), iso(runs.at(-1)?.to), runs.length, 1],
        told.incidentId ?? null,
      ]);
    });
}

/** Windows that were only counted: a line for each verdict of a bucket. */
function bucketLines({ slug, name, facts }: CsvLane, within: Stretch): string[] {
  return facts.buckets
    .filter(({ from, to }) => to > within.from && from < within.to)
    .flatMap(({ from, to, counts }) =>
      Object.entries(counts).map(([mark, many]) =>
        csvLine([
          ...[slug, name, iso(from), iso(from), iso(to), wordOf(mark as Parameters<typeof wordOf>[0])],
          ...[null, null, null, null, null, many, null],
        ]),
      ),
    );
}

/** A line a window of the stretch, lane by lane in their order, with a head. */
export const csvOf = (lanes: readonly CsvLane[], within: Stretch): string =>
  [csvLine(HEAD), ...lanes.flatMap((lane) => [...windowLines(lane, within), ...bucketLines(lane, within)])].join("");
