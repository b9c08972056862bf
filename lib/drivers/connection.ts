/** A connection: what is stored of it, what is shown, and which secrets stay when it is changed. */
import { isDeepStrictEqual } from "node:util";
import { type Merge, markShape, merged, type SecretMark, type Secrets } from "#lib/input/kept-secret.ts";
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import type { ConnectedKind } from "#lib/schedules/schema.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { AnyConfig } from "./fields.ts";
import { driverOf } from "./register.ts";
import { type GivenConnection, secretFields } from "./schema.ts";

export interface StoredConnection {
  readonly kind: ConnectedKind;
  readonly options: AnyConfig;
  readonly secrets: Readonly<Record<string, SecretMark>>;
}

export interface PutConnection {
  readonly connection: StoredConnection;
  readonly secrets: Secrets;
  /** The names of the secrets that were given, or taken away. */
  readonly changed: readonly string[];
}

/** Whether secrets would go to another place than the one they were given for. */
const elsewhere = (before: StoredConnection, given: GivenConnection): boolean =>
  Object.entries(driverOf(given.kind).fields).some(
    ([name, field]) => field.address && !isDeepStrictEqual(before.options[name], given.options[name]),
  );

/**
 * The connection as it is to be stored. A secret stays for the address that it was given for: else whoever may edit a
 * connection could have its secrets sent to a host of theirs.
 */
export function mergedConnection(
  given: GivenConnection,
  present: { readonly connection: StoredConnection; readonly secrets: Secrets } | null,
  now: Instant,
): Result<PutConnection> {
  const before = present?.connection.kind === given.kind ? present.connection : null;
  const by: Merge = {
    present: before && present ? present.secrets : {},
    now,
    secrets: {},
    changed: [],
    errors: [],
    mayNotStay: before && elsewhere(before, given) ? "must be given anew for another address" : null,
  };
  const secrets: Record<string, SecretMark> = {};
  for (const name of secretFields(given.kind)) {
    const mark = merged(name, given.secrets[name], before?.secrets[name] ?? null, by);
    if (mark) secrets[name] = mark;
    else if (driverOf(given.kind).fields[name]?.required && by.errors.length === 0)
      by.errors.push({ path: name, message: "is required" });
  }
  if (by.errors.length > 0) return refuse(invalid({ message: "A secret has no value.", errors: by.errors }));
  return ok({
    connection: { kind: given.kind, options: given.options, secrets },
    secrets: by.secrets,
    changed: by.changed,
  });
}

/** Its kind, options and marks as they leave Rollcall: sent back as they are, they change nothing. */
export const connectionFields = (stored: StoredConnection): { readonly kind: ConnectedKind } & AnyConfig => ({
  kind: stored.kind,
  ...stored.options,
  ...Object.fromEntries(secretFields(stored.kind).map((name) => [name, markShape(stored.secrets[name])])),
});
