/** Reading single fields of other people's logs. Pure. */
import { type Instant, instant, parseRfc3339 } from "#lib/time/instant.ts";

type Fields = Readonly<Record<string, unknown>>;

export const textIn = (record: Fields, ...names: readonly string[]): string | null => {
  for (const name of names) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    if (typeof value === "string" && value !== "" && value !== "-") return value;
    if (typeof value === "number") return String(value);
  }
  return null;
};

export function recordIn(record: Fields, name: string): Fields {
  const value = Object.hasOwn(record, name) ? record[name] : undefined;
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** RFC 3339, or a number since the epoch in seconds, milliseconds, microseconds or nanoseconds, told by its size. */
export function momentOf(text: string | null): Instant | null {
  if (text === null) return null;
  if (!/^\d{9,20}(?:\.\d+)?$/.test(text)) return parseRfc3339(text.replace(/([+-]\d{2})(\d{2})$/, "$1:$2"));
  let value = Number(text);
  if (value < 1e11) value *= 1_000;
  while (value >= 1e14) value /= 1_000;
  return instant(Math.floor(value));
}

export function statusOf(text: string | null): number | null {
  const status = text !== null && /^[1-5]\d\d$/.test(text) ? Number(text) : null;
  return status;
}

export const methodOf = (text: string | null): string | null =>
  text !== null && /^[A-Za-z]{1,20}$/.test(text) ? text.toUpperCase() : null;

/** The path of a target or of a whole address, without its query. */
export function pathOf(text: string | null): string | null {
  if (text === null) return null;
  const path = text.replace(/^https?:\/\/[^/?#]*/i, "").split(/[?#]/, 1)[0] ?? "";
  return path === "" ? "/" : path.startsWith("/") ? path.slice(0, 2_000) : null;
}
