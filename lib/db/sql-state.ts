/**
 * What PostgreSQL itself said of a failure (SQLSTATE; PostgreSQL, appendix A), whichever driver brought it: pg has it
 * as `code`; Prisma wraps what its adapter got from pg, and shows a code of its own (P2010 for a raw query).
 */

const STATE = /^[0-9A-Z]{5}$/;
/** Prisma's own codes look like a state: P, then four digits. */
const PRISMA = /^P\d{4}$/;

const field = (of: unknown, name: string): unknown =>
  typeof of === "object" && of !== null && name in of ? (of as Record<string, unknown>)[name] : undefined;

/** The failure of the driver below Prisma; `null` where there is none. */
export function driverFailure(thrown: unknown): object | null {
  const adapter =
    field(field(thrown, "meta"), "driverAdapterError") ??
    (field(thrown, "name") === "DriverAdapterError" ? thrown : undefined);
  const cause = field(adapter, "cause");
  if (typeof cause !== "object" || cause === null) return null;
  const [code, message] = [field(cause, "originalCode"), field(cause, "originalMessage")];
  return { ...cause, ...(code === undefined ? {} : { code }), ...(message === undefined ? {} : { message }) };
}

export function sqlStateOf(thrown: unknown): string | null {
  const below = driverFailure(thrown);
  const code = field(below ?? thrown, "code");
  if (typeof code === "string" && STATE.test(code) && !PRISMA.test(code)) return code;
  // A transaction that Prisma's own engine saw conflict.
  return field(thrown, "code") === "P2034" ? "40001" : null;
}
