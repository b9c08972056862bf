/**
 * Arrays as PostgreSQL writes them, for statements that take thousands of rows as an array a column: pg makes the same of
 * a list, but looks into each value anew, and most columns of such rows repeat one (`'{"a","a",NULL}'`).
 */

const quoted = (value: string): string => (/["\\]/.test(value) ? `"${value.replace(/["\\]/g, "\\$&")}"` : `"${value}"`);

/** An array of text; `null` where there is none. */
export function textArray<T>(all: readonly T[], pick: (one: T) => string | null): string {
  let text = "";
  let last: string | null = null;
  let written = "NULL";
  for (const one of all) {
    const value = pick(one);
    if (value !== last) {
      last = value;
      written = value === null ? "NULL" : quoted(value);
    }
    text += text === "" ? written : `,${written}`;
  }
  return `{${text}}`;
}

/** An array of what needs no quotes: numbers, UUIDs, truth values. */
export function plainArray<T>(all: readonly T[], pick: (one: T) => string | number | boolean | null): string {
  let text = "";
  for (const one of all) {
    const value = pick(one) ?? "NULL";
    text += text === "" ? value : `,${value}`;
  }
  return `{${text}}`;
}
