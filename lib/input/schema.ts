/** What comes from outside, in the forms that every input shares: texts, moments, lengths, names. */
import { z } from "zod";
import { type Instant, parseRfc3339, type Seconds } from "#lib/time/instant.ts";
import { NAME } from "./identifiers.ts";

/** PostgreSQL stores no NUL, and UTF-8 no lone surrogate. */
export const storable = (text: string): boolean => !text.includes("\0") && !/\p{Surrogate}/u.test(text);

/** A text of at most so many characters, at least one unless `min` says otherwise. */
export const text = (max: number, { min = 1 }: { readonly min?: number } = {}) =>
  z
    .string()
    .max(max, { message: `must have ${max} characters at most` })
    .min(min, { message: min === 1 ? "must not be empty" : `must have ${min} characters at least` })
    .refine(storable, { message: "must be text: no NUL, no half of a character" });

/** A line that a person reads: trimmed, no line breaks or other control characters. */
export const line = (max: number) =>
  z
    .string()
    .trim()
    .max(max, { message: `must have ${max} characters at most` })
    .min(1, { message: "must not be empty" })
    .refine((value) => !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(value), { message: "must be one line of text" });

const EARLIEST = Date.UTC(1970, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** ISO 8601 lets the seconds be left out, and people do: domain.md writes `2027-01-31T06:00Z` (Schedule). */
const withSeconds = (value: string): string => value.replace(/^(\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d)(?=[Zz+-])/, "$1:00");

/** RFC 3339 with an offset, of the years that a schedule may live in; seconds that are left out are none. */
export const moment = z
  .string()
  .meta({ format: "date-time" })
  .transform((value, context): Instant => {
    const at = value.length > 40 ? null : parseRfc3339(withSeconds(value));
    if (at !== null && at >= EARLIEST && at < LATEST) return at;
    const message =
      at === null ? "must be a time such as 2027-01-31T06:00:00Z" : "must lie between the years 1970 and 2200";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });

/** A length in whole seconds. */
export const wholeSeconds = (min: number, max: number) =>
  z
    .number({ message: "must be a number of seconds" })
    .int({ message: "must be whole seconds" })
    .min(min, { message: `must be ${min} s at least` })
    .max(max, { message: `must be ${max} s at most` })
    .transform((value) => value as Seconds);

export const count = (min: number, max: number) =>
  z
    .number({ message: "must be a number" })
    .int({ message: "must be a whole number" })
    .min(min, { message: `must be ${min} at least` })
    .max(max, { message: `must be ${max} at most` });

/** domain.md, Schedule; the names of webhooks and routes have the same form. */
export const slug = z.string().regex(NAME, { message: "must be 1 to 100 characters out of a-z, 0-9 and -" });

const webAddress = (value: string): boolean => {
  try {
    const { protocol, username, password } = new URL(value);
    return (protocol === "http:" || protocol === "https:") && username === "" && password === "";
  } catch {
    return false;
  }
};

export const webUrl = text(2_000).refine(webAddress, {
  message: "must be an address that begins with http:// or https://, without a password in it",
});

export const distinct = <T extends z.ZodType>(item: T, max: number) =>
  z
    .array(item)
    .max(max, { message: `must have ${max} entries at most` })
    .refine((items) => new Set(items).size === items.length, { message: "must not name one twice" });
