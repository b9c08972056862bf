/** Passwords: what makes one, and argon2id off the main thread. */
import { hash, verify } from "@node-rs/argon2";
import { invalid, ok, type Problem, type Result, refuse, unavailable } from "#lib/problem.ts";

export const PASSWORD_LEAST = 10;
const PASSWORD_MOST = 200;

/** `null` when it may be somebody's password; else why not. */
export function passwordProblem(password: string, owner: { readonly email: string }): Problem | null {
  const length = [...password].length;
  const because =
    length < PASSWORD_LEAST
      ? `must have at least ${PASSWORD_LEAST} characters`
      : length > PASSWORD_MOST
        ? `must have at most ${PASSWORD_MOST} characters`
        : password.trim().toLowerCase() === owner.email.toLowerCase()
          ? "must not be the e-mail address"
          : null;
  if (because === null) return null;
  return invalid({
    message: `The password ${because}.`,
    doNext: "Choose another password.",
    errors: [{ path: "password", message: because }],
  });
}

/** OWASP Password Storage Cheat Sheet: argon2id (the package's default), 19 MiB, 2 iterations, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of a password that nobody knows, with the same cost: verified where there is no account, for the same work. */
const DUMMY = "$argon2id$v=19$m=19456,t=2,p=1$4MoiprTyNZnLsGB5HQsiJA$BiQGYnA0leFg2rca490Kr0WX4TJTrVb6q1wivVoVNeI";

/** They run on libuv's four threads, which file reads and name look-ups need too. */
const AT_ONCE = 2;
const WAITING_AT_MOST = 100;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<Result<T>> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_AT_MOST) {
      return refuse(unavailable({ message: "Too many people sign in at this moment.", retryAfterSeconds: 5 }));
    }
    await new Promise<void>((resolve) => waiting.push(resolve)); // woken with the turn of whoever ended
  } else running++;
  try {
    return ok(await work());
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** One password whatever the keyboard composed it of (NIST SP 800-63B, 5.1.1.2). */
const normal = (password: string): string => password.normalize("NFKC");

/** About 20 ms of work; 503 when too many wait. */
export const hashPassword = (password: string): Promise<Result<string>> => inTurn(() => hash(normal(password), COST));

/** The same work whether there is a hash or not. */
export const passwordFits = (password: string, stored: string | null): Promise<Result<boolean>> =>
  inTurn(async () => (await verify(stored ?? DUMMY, normal(password))) && stored !== null);
