/** What a member of the family must say: how one kind of file tells which jobs run when. */
import type { Result } from "#lib/problem.ts";
import type { DialectId } from "../spec.ts";

export const IMPORT_KINDS = ["crontab", "vercel", "kubernetes", "github"] as const;
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** A file is read as a whole: what is larger is refused before it is looked into. */
export const LARGEST_TEXT = 200_000;
export const MOST_ENTRIES = 500;

export interface ImportMember {
  readonly kind: ImportKind;
  /** The file, as it is said in a sentence. */
  readonly label: string;
  /** Who fires what stands in it. */
  readonly dialect: DialectId;
  /** Whether this text is one of its files, from its shape alone. */
  readonly resembles: (text: string) => boolean;
  /** Refuses a text that is no such file; what is wrong with one entry is said of that entry. Never throws. */
  readonly read: (text: string) => Result<ReadFile>;
  /** What the file does not say, or cannot be taken over. */
  readonly limits: readonly string[];
}

export interface ReadFile {
  readonly entries: readonly Entry[];
  /** Sentences about the file as a whole: what was left alone. */
  readonly notes: readonly string[];
}

export type Entry = FoundEntry | RefusedEntry;

interface Placed {
  /** Where it stands in the file: `line 12`, `document 2`. */
  readonly where: string;
  /** As it is written there, shortened. */
  readonly written: string;
}

export interface FoundEntry extends Placed {
  readonly kind: "found";
  readonly name: string;
  readonly expression: string;
  /** The zone that the file names; `null` where it leaves it to the machine. */
  readonly timezone: string | null;
  /** The path that is requested; `null` where there is none. */
  readonly path: string | null;
  /** Switched off where it stands. */
  readonly suspended: boolean;
  /** Sentences about this entry. */
  readonly notes: readonly string[];
}

export interface RefusedEntry extends Placed {
  readonly kind: "refused";
  readonly because: string;
}

const SHOWN = 160;

/** One line, shortened, without control characters. */
export const shown = (text: string): string => {
  const line = text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]+/gu, " ").trim();
  return line.length > SHOWN
    ? `${[...line.slice(0, SHOWN - 1)].filter((sign) => !/\p{Cs}/u.test(sign)).join("")}…`
    : line;
};

export const refusedEntry = (where: string, written: string, because: string): RefusedEntry => ({
  kind: "refused",
  where,
  written: shown(written),
  because,
});
