/** Which secrets stay when what holds them is changed: one left out, or sent as it was read, does (api.md). Pure. */
import type { FieldError } from "#lib/problem.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import type { GivenSecret } from "./secret.ts";

/** What may be known of a secret: everything else lies in the box. */
export interface SecretMark {
  readonly length: number;
  readonly updatedAt: Instant;
}

/** Secrets in clear, by their path (`contract.secret`). Never leave the process but to whom they are meant for. */
export type Secrets = Readonly<Record<string, string>>;

export interface Merge {
  /** Those that are set; one that can no longer be opened is missing. */
  readonly present: Secrets;
  readonly now: Instant;
  /** Filled: what is to be sealed. */
  readonly secrets: Record<string, string>;
  /** Filled: the paths of those that were given, or taken away. */
  readonly changed: string[];
  readonly errors: FieldError[];
  /** Why no secret may stay; `null`: it may. */
  readonly mayNotStay: string | null;
}

/** What becomes of one secret: its mark, or `null` where there is none (any more). */
export function merged(path: string, given: GivenSecret, before: SecretMark | null, by: Merge): SecretMark | null {
  if (typeof given === "string") {
    by.secrets[path] = given;
    // Given again as it is, it was not changed.
    if (before && by.present[path] === given) return before;
    by.changed.push(path);
    return { length: given.length, updatedAt: by.now };
  }
  if (given === null) {
    if (before) by.changed.push(path);
    return null;
  }
  const value = by.present[path];
  if (before === null) {
    if (given?.set) by.errors.push({ path, message: "there is none yet that could stay" });
    return null;
  }
  if (by.mayNotStay !== null) {
    by.errors.push({ path, message: by.mayNotStay });
    return null;
  }
  if (value === undefined) {
    by.errors.push({ path, message: "can no longer be read, and must be given anew" });
    return null;
  }
  by.secrets[path] = value;
  return before;
}

export const markShape = (mark: SecretMark | null | undefined) =>
  mark ? { set: true, length: mark.length, updatedAt: toRfc3339(mark.updatedAt) } : { set: false };
