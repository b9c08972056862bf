/** Times and outcomes as somebody's table of runs holds them. Pure. */
import { type Instant, instant, parseRfc3339 } from "#lib/time/instant.ts";
import { instantsOf, type WallClock, wallClock } from "#lib/time/zone.ts";

/** How a column holds a moment: with its offset, as wall-clock time of a zone, or counted since the epoch. */
export type TimeForm =
  | { readonly kind: "moment" }
  | { readonly kind: "wall"; readonly zone: string }
  | { readonly kind: "count"; readonly perSecond: 1 | 1_000 };

const WALL = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d(?:\.\d+)?)$/;

/** Reads the text of a column; `null`: it holds no moment. */
export function momentOf(text: string | null, form: TimeForm): Instant | null {
  if (text === null) return null;
  switch (form.kind) {
    case "moment": {
      // PostgreSQL and MySQL write a blank for the T, and PostgreSQL an offset of whole hours without minutes.
      const written = text
        .trim()
        .replace(" ", "T")
        .replace(/([+-]\d\d)$/, "$1:00");
      return parseRfc3339(written);
    }
    case "wall": {
      const match = WALL.exec(text.trim());
      if (!match) return null;
      const wall = Date.parse(`${match[1]}T${match[2]?.slice(0, 12)}Z`);
      return Number.isNaN(wall) ? null : (instantsOf(form.zone, wall as WallClock)[0] ?? null);
    }
    case "count": {
      const count = Number(text);
      return Number.isFinite(count) ? instant(Math.floor((count * 1_000) / form.perSecond)) : null;
    }
  }
}

/** A moment as the column would hold it, to be compared with it. */
export function boundOf(at: Instant, form: TimeForm): string {
  switch (form.kind) {
    case "moment":
      return new Date(at).toISOString().replace("T", " ").replace("Z", "+00:00");
    case "wall":
      return new Date(wallClock(form.zone, at)).toISOString().replace("T", " ").replace("Z", "");
    case "count":
      return String(Math.floor((at / 1_000) * form.perSecond));
  }
}

/** Words of a list that an admin wrote, compared without regard to case. */
export const wordsOf = (list: string): ReadonlySet<string> =>
  new Set(list.split(",").map((word) => word.trim().toLowerCase()));

/** What a row says of how its run ended. */
export function outcomeOf(
  row: { readonly status: string | null; readonly finished: Instant | null },
  by: { readonly hasStatus: boolean; readonly success: ReadonlySet<string>; readonly running: ReadonlySet<string> },
): "success" | "fail" | null {
  if (!by.hasStatus) return row.finished === null ? null : "success";
  const status = (row.status ?? "").trim().toLowerCase();
  if (status === "" || by.running.has(status)) return null;
  return by.success.has(status) ? "success" : "fail";
}
