/** Whether a failure says that the database cannot be had now, rather than that it refuses what it was told. */

import { driverFailure, sqlStateOf } from "./sql-state.ts";

/** SQLSTATE (PostgreSQL, appendix A). 08: connection; 53: out of connections, disk or memory; 57: stopped, or starting; 58: its disk. */
const AWAY_CLASSES = new Set(["08", "53", "57", "58"]);
/** 25006: a replica that is not promoted yet; 55P03: a lock was not had in time; 40*: taken back, to be tried again. */
const AWAY_STATES = new Set(["25006", "55P03", "40001", "40P01", "40003"]);
const SYSTEM = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ENOENT", // the socket of the embedded one
  "EMFILE",
  // Prisma: unreachable, timed out (twice), closed, no connection free.
  "P1001",
  "P1002",
  "P1008",
  "P1017",
  "P2024",
]);
/** What pg and its pool say without a code. */
const SAID =
  /connection terminated|connection error and is not queryable|timeout exceeded when trying to connect|query read timeout|client was closed|not queryable|cannot use a pool after calling end/i;
const STATE = /^[0-9A-Z]{5}$/;

export function isDatabaseAway(thrown: unknown): boolean {
  if (typeof thrown !== "object" || thrown === null) return false;
  const below = driverFailure(thrown);
  if (below && isDatabaseAway(below)) return true;
  if (thrown instanceof AggregateError && thrown.errors.some(isDatabaseAway)) return true;
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : "";
  if (SYSTEM.has(code)) return true;
  if ("cause" in thrown && isDatabaseAway(thrown.cause)) return true;
  if (STATE.test(code)) return AWAY_STATES.has(code) || AWAY_CLASSES.has(code.slice(0, 2));
  return "message" in thrown && typeof thrown.message === "string" && SAID.test(thrown.message);
}

/** Class 22, data exception: it was told a value that it cannot hold. */
export const refusesValue = (thrown: unknown): boolean => sqlStateOf(thrown)?.startsWith("22") ?? false;
