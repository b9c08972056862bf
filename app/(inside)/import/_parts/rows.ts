/** The rows that a person goes through before anything is made. Pure. */
import type { ImportItem, ImportPreview } from "#components/api/import-shapes.ts";
import { lengthText, readLength } from "#components/time/length.ts";
import { isName } from "#lib/input/identifiers.ts";

export type Outcome =
  | { readonly kind: "waiting" }
  | { readonly kind: "making" }
  | { readonly kind: "made"; readonly created: boolean }
  | { readonly kind: "refused"; readonly because: string };

export interface Row {
  readonly item: ImportItem;
  readonly wanted: boolean;
  readonly slug: string;
  readonly name: string;
  readonly grace: string;
  readonly outcome: Outcome;
}

export type Change = Partial<Pick<Row, "wanted" | "slug" | "name" | "grace" | "outcome">>;

/** What is there already, or switched off where it stands, is left out until somebody says otherwise. */
export const rowsOf = ({ items }: ImportPreview): Row[] =>
  items.map((item) => ({
    item,
    wanted: item.schedule !== null && item.present !== "live" && !item.suspended,
    slug: item.slug ?? "",
    name: item.schedule?.name ?? "",
    grace: lengthText(item.schedule?.graceSeconds ?? 0),
    outcome: { kind: "waiting" },
  }));

/** What is wrong with a row as it was edited; `null` when it can be made. */
export function wrongWith(row: Row, rows: readonly Row[]): string | null {
  if (!isName(row.slug)) return "The short name has 1 to 100 characters out of a-z, 0-9 and -.";
  if (row.name.trim() === "") return "Give it a name.";
  if (readLength(row.grace) === null) return "Write its grace as a length such as 12 min.";
  const twin = rows.some((other) => other !== row && other.wanted && row.wanted && other.slug === row.slug);
  return twin ? "Another row has this short name." : null;
}

/** `6 found, 2 of them cannot be watched.` */
export function foundInWords(rows: readonly Row[]): string {
  if (rows.length === 0) return "There is no job in it.";
  const refused = rows.filter(({ item }) => item.schedule === null).length;
  return refused === 0 ? `${rows.length} found.` : `${rows.length} found, ${refused} of them cannot be watched.`;
}

export const toMake = (rows: readonly Row[]): readonly number[] =>
  rows.flatMap((row, index) =>
    row.wanted && row.item.schedule !== null && row.outcome.kind !== "made" ? [index] : [],
  );

/** The body of its `PUT`. */
export const bodyOf = ({ item, name, grace }: Row) => ({
  ...item.schedule,
  name: name.trim(),
  graceSeconds: readLength(grace),
  reason: "Imported",
});
