/** Headers of a target that hold a secret: they go in and do not come out; sent as they were read, they stay. Pure. */
import { type FieldError, invalid, ok, type Result, refuse } from "#lib/problem.ts";
import type { Driver, GivenDriver } from "./schema.ts";

const SECRET = /auth|cookie|key|password|secret|session|sign|token/i;

export type MaskedHeader = string | { readonly set: true; readonly length: number };
/** As everybody may see it, and as it lies in the database: what is secret lies sealed beside it. */
export type MaskedDriver =
  | Exclude<Driver, { kind: "rollcall" }>
  | {
      readonly kind: "rollcall";
      readonly target: Omit<Extract<Driver, { kind: "rollcall" }>["target"], "headers"> & {
        readonly headers: Headers<MaskedHeader>;
      };
    };
type Headers<Value> = Readonly<Record<string, Value>>;

const isSecret = (name: string, value: string): boolean => SECRET.test(name) && value !== "";

const mask = (headers: Headers<MaskedHeader>): Headers<MaskedHeader> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      typeof value === "string" && isSecret(name, value) ? { set: true, length: value.length } : value,
    ]),
  );

/** A driver as everybody may see it. */
export const maskedDriver = (driver: Driver | MaskedDriver): MaskedDriver =>
  driver.kind === "rollcall"
    ? { ...driver, target: { ...driver.target, headers: mask(driver.target.headers) } }
    : driver;

/** What of a driver has to be sealed, by the header's name; nothing: there is no secret. */
export const secretHeaders = (driver: Driver): Headers<string> =>
  driver.kind === "rollcall"
    ? Object.fromEntries(Object.entries(driver.target.headers).filter(([name, value]) => isSecret(name, value)))
    : {};

/** The driver with its secrets in their places; a header whose secret is not at hand is left out. */
export function withSecretHeaders(stored: MaskedDriver, secrets: Headers<string>): Driver {
  if (stored.kind !== "rollcall") return stored;
  const headers = Object.entries(stored.target.headers).flatMap(([name, value]) => {
    const plain = typeof value === "string" ? value : secrets[name];
    return plain === undefined ? [] : [[name, plain] as const];
  });
  return { ...stored, target: { ...stored.target, headers: Object.fromEntries(headers) } };
}

const originOf = (url: string): string => new URL(url).origin;

/** The driver as it is to be stored: what was sent as it was read is the present value, for the same origin only. */
export function withKeptSecrets(given: GivenDriver, present: Driver | null): Result<Driver> {
  if (given.kind !== "rollcall") return ok(given);
  const before =
    present?.kind === "rollcall" && originOf(present.target.url) === originOf(given.target.url)
      ? new Map(Object.entries(present.target.headers))
      : null;
  const headers: Record<string, string> = {};
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(given.target.headers)) {
    const kept = typeof value === "string" ? value : before?.get(name);
    if (kept === undefined) {
      const message = before ? "there is no value yet that could stay" : "must be given anew for another address";
      errors.push({ path: `driver.target.headers.${name}`, message });
    } else headers[name] = kept;
  }
  if (errors.length > 0) return refuse(invalid({ message: "A header has no value that could stay.", errors }));
  return ok({ ...given, target: { ...given.target, headers } });
}
