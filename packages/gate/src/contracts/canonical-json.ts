/** JSON in its one canonical form (RFC 8785): no blanks, keys sorted by UTF-16 units, numbers as ECMAScript writes them. */
import { textOf, utf8 } from "../crypto/encoding.ts";

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${entries.map(([key, inner]) => `${JSON.stringify(key)}:${write(inner)}`).join(",")}}`;
}

/** The canonical bytes; those that came where they are no JSON. */
export function canonical(body: Uint8Array): Uint8Array {
  const text = textOf(body);
  if (text === null) return body;
  try {
    return utf8(write(JSON.parse(text)));
  } catch {
    return body;
  }
}
