/** The secrets among a target's headers, at rest. */
import { open, seal } from "#lib/access/box.ts";

/** base64 */
export const sealedHeaders = (secret: string, headers: Readonly<Record<string, string>>): string =>
  seal(secret, JSON.stringify(headers)).toString("base64");

/** Nothing where it was sealed under another secret: then its requests go without. */
export function openedHeaders(secret: string, box: string): Readonly<Record<string, string>> {
  const text = open(secret, Buffer.from(box, "base64"));
  return text === null ? {} : (JSON.parse(text) as Record<string, string>);
}
