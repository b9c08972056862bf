/** Pages of a list: how many, and from where on. A cursor holds the sort key of the last item, opaque to who gets it. */
import { z } from "zod";
import { ok, type Result, refuse, unreadable } from "#lib/problem.ts";
import { instant } from "#lib/time/instant.ts";
import { storable } from "./schema.ts";

export const DEFAULT_LIMIT = 100;
export const LARGEST_LIMIT = 1_000;

export interface Page {
  readonly limit: number;
  readonly cursor: string | null;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** `null`: there is no more. */
  readonly nextCursor: string | null;
}

export const wholePage: Page = { limit: DEFAULT_LIMIT, cursor: null };

export const cursorOf = (key: readonly unknown[]): string => Buffer.from(JSON.stringify(key)).toString("base64url");

/** A key that a database takes: numbers are finite by JSON, texts hold no NUL. */
const keyText = z.string().max(300).refine(storable);
export const KEY = {
  text: keyText,
  uuid: z.guid(),
  moment: z.number().int().min(-62_135_596_800_000).max(253_402_300_799_999).transform(instant),
  count: z.number().int().min(0).max(2_147_483_647),
} as const;

/** The key of lists by moment, of which two may be the same. */
export const BY_MOMENT = [KEY.moment, KEY.uuid] as const;

/** The sort key in a cursor; `null` where the list begins, a refusal for what no list gave out. */
export function cursorKey<T extends readonly [z.ZodType, ...z.ZodType[]]>(
  cursor: string | null,
  parts: T,
): Result<{ readonly [K in keyof T]: z.output<T[K]> } | null> {
  if (cursor === null) return ok(null);
  const refusal = refuse(
    unreadable({
      message: "This cursor is none that a list gave out.",
      doNext: "Send the nextCursor of a list as it is, or leave the cursor out to begin again.",
    }),
  );
  if (cursor.length > 2_000) return refusal;
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    return refusal;
  }
  if (!Array.isArray(value) || value.length !== parts.length) return refusal;
  const key: unknown[] = [];
  for (const [i, part] of parts.entries()) {
    const read = part.safeParse(value[i]);
    if (!read.success) return refusal;
    key.push(read.data);
  }
  // Each part was read by its schema just above.
  return ok(key as { readonly [K in keyof T]: z.output<T[K]> });
}

/** Makes a page of rows that were asked for with one more than its limit. */
export function toPage<Row, T>(
  rows: readonly Row[],
  page: Page,
  by: { readonly key: (row: Row) => readonly unknown[]; readonly item: (row: Row) => T },
): Listed<T> {
  const shown = rows.slice(0, page.limit);
  const last = shown[shown.length - 1];
  return {
    items: shown.map(by.item),
    nextCursor: rows.length > page.limit && last !== undefined ? cursorOf(by.key(last)) : null,
  };
}
