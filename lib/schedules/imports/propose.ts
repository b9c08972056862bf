/** What would be made of a file: for every entry a schedule that the registry takes, or why not. Pure. */
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import type { Instant } from "#lib/time/instant.ts";
import { zoneNamed } from "#lib/time/zone.ts";
import { parseCron, shortestGapSeconds } from "../cron.ts";
import { DIALECTS } from "../dialects/register.ts";
import { type ScheduleInput, scheduleInput } from "../schema.ts";
import { slugFor } from "../slug-for.ts";
import type { Spec } from "../spec.ts";
import { promiseOf, type Warning, warningsOf } from "../warnings.ts";
import { specInWords } from "../words.ts";
import { type Entry, type FoundEntry, type ImportKind, MOST_ENTRIES } from "./import-kind.ts";
import { IMPORTS, kindOf } from "./register.ts";

export interface Proposal {
  readonly where: string;
  readonly written: string;
  readonly suspended: boolean;
  readonly notes: readonly string[];
  readonly outcome:
    | {
        readonly kind: "ready";
        readonly slug: string;
        /** The body of the `PUT`. */
        readonly schedule: ProposedSchedule;
        readonly sentence: string;
        readonly warnings: readonly Warning[];
      }
    | { readonly kind: "refused"; readonly because: string };
}

export type ProposedSchedule = Pick<ScheduleInput, "name" | "timezone" | "graceSeconds" | "path"> & {
  readonly spec: Extract<Spec, { kind: "cron" }>;
};

export interface Proposals {
  readonly kind: ImportKind;
  readonly items: readonly Proposal[];
  readonly notes: readonly string[];
}

export interface ImportQuestion {
  readonly text: string;
  /** `null`: found from the text. */
  readonly kind: ImportKind | null;
  /** The zone of entries whose file names none. */
  readonly timezone: string;
  readonly now: Instant;
}

const LEAST_GRACE = 60;
const MOST_GRACE = 900;

/** A quarter of the gap within bounds, and never less than the platform's own promise. */
export function proposedGrace(gapSeconds: number, promiseSeconds: number): number {
  const quarter = Math.min(MOST_GRACE, Math.max(LEAST_GRACE, Math.floor(gapSeconds / 4)));
  return Math.max(promiseSeconds, Math.min(quarter, Math.max(1, Math.floor(gapSeconds / 2))));
}

function proposalOf(
  entry: Entry,
  { slug, kind, timezone, now }: ImportQuestion & { slug: string; kind: ImportKind },
): Proposal {
  const { where, written } = entry;
  const placed = { where, written, suspended: false, notes: [] };
  const no = (because: string): Proposal => ({ ...placed, outcome: { kind: "refused", because } });
  if (entry.kind === "refused") return no(entry.because);
  const { dialect } = IMPORTS[kind];
  const zone = zoneNamed(entry.timezone ?? timezone);
  if (zone === null) return no(`“${entry.timezone ?? timezone}” is no time zone.`);
  const read = parseCron(entry.expression, dialect);
  if (!read.ok) return no(read.problem.message);
  const promise = promiseOf(DIALECTS[dialect], read.value).latenessSeconds;
  const graceSeconds = proposedGrace(shortestGapSeconds(read.value), promise);
  const spec: Spec = { kind: "cron", expression: entry.expression, dialect };
  const given = { name: entry.name, spec, timezone: zone, graceSeconds, path: entry.path };
  // The registry's own schema has the last word: what is proposed is what it takes.
  const taken = scheduleInput.safeParse(given);
  if (!taken.success) {
    const [issue] = taken.error.issues;
    return no(`Its ${issue?.path[0]?.toString() ?? "entry"} ${issue?.message ?? "cannot be taken"}.`);
  }
  return {
    ...placed,
    ...{ suspended: entry.suspended, notes: entry.notes },
    outcome: {
      ...{ kind: "ready", slug, schedule: { ...given, name: taken.data.name, graceSeconds: taken.data.graceSeconds } },
      sentence: `${specInWords(spec, zone)}.`,
      warnings: warningsOf({ spec, timezone: zone, graceSeconds: taken.data.graceSeconds, from: now }),
    },
  };
}

/** A name as the registry takes it: one line, not too long. */
const named = (name: string): string =>
  [
    ...name
      .normalize("NFC")
      .replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, " ")
      .trim(),
  ]
    .slice(0, 100)
    .join("")
    .trim() || "job";

/** Names and slugs that tell entries of one file apart: the second `backup` is `backup (2)`, `backup-2`. */
function distinctly(entries: readonly Entry[]): readonly { readonly entry: Entry; readonly slug: string }[] {
  const taken = new Set<string>();
  return entries.map((entry) => {
    if (entry.kind === "refused") return { entry, slug: "" };
    const name = named(entry.name);
    const base = slugFor(name).slice(0, 90).replace(/-+$/, "") || "job";
    let count = 1;
    while (taken.has(count === 1 ? base : `${base}-${count}`)) count++;
    const slug = count === 1 ? base : `${base}-${count}`;
    taken.add(slug);
    const told: FoundEntry = { ...entry, name: count === 1 ? name : `${name} (${count})` };
    return { entry: told, slug };
  });
}

const wrong = (message: string, doNext: string) =>
  refuse(invalid({ message, doNext, errors: [{ path: "text", message }] }));

/** Reads a file and proposes a schedule for each of its entries. Refuses a text that is no such file. */
export function propose(question: ImportQuestion): Result<Proposals> {
  const kind = question.kind ?? kindOf(question.text);
  if (kind === null) {
    return wrong(
      "This looks like no crontab, vercel.json, CronJob or workflow.",
      "Say which of them it is, or paste the whole file.",
    );
  }
  const file = IMPORTS[kind].read(question.text);
  if (!file.ok) return file;
  const { entries, notes } = file.value;
  if (entries.length > MOST_ENTRIES) {
    return wrong(`It has ${entries.length} entries; ${MOST_ENTRIES} are read at once.`, "Paste it in parts.");
  }
  const items = distinctly(entries).map(({ entry, slug }) => proposalOf(entry, { ...question, kind, slug }));
  return ok({ kind, items, notes });
}
