/** Slows down guessing: failures are counted per account and per address, in the database, over all processes. */
import { createHash } from "node:crypto";
import { inTransaction, type Tx } from "#lib/db/transaction.ts";
import { ok, type Result, refuse, tooMany } from "#lib/problem.ts";
import { type Instant, MINUTE, millis, minus, plus } from "#lib/time/instant.ts";
import { attemptsSince, deleteAttempts, deleteOneAttempt, insertAttempt, lockSubject } from "./store/attempts.ts";

export const ATTEMPT_WINDOW = millis(15 * MINUTE);
const MOST_PER_ACCOUNT = 10;
const MOST_PER_ADDRESS = 50;

/** Hashed: people type passwords where an address belongs. */
export const accountSubject = (email: string): string =>
  `account ${createHash("sha256").update(email.trim().toLowerCase()).digest("base64url")}`;

/** A whole /64 for IPv6: that is what one customer has. */
export function addressSubject(address: string): string {
  if (!address.includes(":")) return `address ${address}`;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const groups = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros =
    tail === undefined ? [] : Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => "0");
  return `address ${[...groups, ...zeros, ...after].slice(0, 4).join(":")}::/64`;
}

export interface Attempt {
  readonly subjects: readonly { readonly subject: string; readonly most: number }[];
  readonly at: Instant;
}

/**
 * Counts an attempt as failed before it is made, in a transaction of its own, so that a burst cannot slip by; a refused
 * one does not count. 429 when there were too many.
 */
export async function beginAttempt(input: {
  readonly email: string;
  readonly address: string | null;
  readonly now: Instant;
}): Promise<Result<Attempt>> {
  const { email, address, now } = input;
  const subjects = [
    { subject: accountSubject(email), most: MOST_PER_ACCOUNT },
    ...(address === null ? [] : [{ subject: addressSubject(address), most: MOST_PER_ADDRESS }]),
  ];
  return inTransaction(async (tx) => {
    // Always in this order, the account first: two attempts never wait for each other.
    for (const { subject } of subjects) await lockSubject(tx, subject);
    for (const { subject, most } of subjects) {
      const since = minus(now, ATTEMPT_WINDOW);
      const attempts = await attemptsSince(tx, { subject, since, limit: most });
      const oldest = attempts[most - 1];
      if (oldest === undefined) continue;
      const retryAfterSeconds = Math.max(1, Math.ceil((plus(oldest, ATTEMPT_WINDOW) - now) / 1_000));
      const minutes = Math.ceil(retryAfterSeconds / 60);
      const doNext = `Wait ${minutes === 1 ? "a minute" : `${minutes} minutes`} and try again, or ask an admin for a new link.`;
      return refuse(tooMany({ message: "There were too many attempts that failed.", doNext, retryAfterSeconds }));
    }
    for (const { subject } of subjects) await insertAttempt(tx, subject, now);
    return ok({ subjects, at: now });
  });
}

/** It did not fail: the account begins anew, and the address has one failure less. */
export async function attemptSucceeded(tx: Tx, { subjects, at }: Attempt): Promise<void> {
  const [account, address] = subjects;
  if (account) await deleteAttempts(tx, account.subject);
  if (address) await deleteOneAttempt(tx, address.subject, at);
}

/** It was not made after all. */
export const withdrawAttempt = ({ subjects, at }: Attempt): Promise<Result<null>> =>
  inTransaction(async (tx) => {
    for (const { subject } of subjects) await deleteOneAttempt(tx, subject, at);
    return ok(null);
  });
