import type { Instant } from "#lib/time/instant.ts";
import type { BadWindow, IncidentCause } from "./lifecycle.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** "02:05 on 12 Jan (Europe/Berlin)": a moment as the schedule's own clock shows it. */
export function clockTime(at: Instant, timezone: string): string {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      hour: "2-digit",
      minute: "2-digit",
      day: "numeric",
      month: "short",
      hourCycle: "h23",
    });
    formats.set(timezone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return `${part["hour"]}:${part["minute"]} on ${part["day"]} ${part["month"]} (${timezone})`;
}

const count = (n: number, one: string, many: string): string => (n === 1 ? one : `${n} ${many}`);

const BECAUSE: Readonly<Record<IncidentCause, string>> = {
  silent: "Nothing was heard: no attempt, no request at the boundary, no check-in.",
  not_fired: "The scheduler did not fire.",
  unreached: "The scheduler fired, and its request did not arrive.",
  rejected: "Refused at the boundary before a run began.",
  lost: "The request was let in, and no run began.",
  failed: "The last run reported that it failed.",
  overrun: "A run went on past its maximum run time.",
  late: "The run began after its grace had ended.",
  double_fire: "It was fired twice.",
};

const WHAT: Readonly<Record<IncidentCause, (n: number) => string>> = {
  silent: (n) => count(n, "a run has been missing", "runs missing"),
  not_fired: (n) => count(n, "a run has been missing", "runs missing"),
  unreached: (n) => count(n, "a run has been missing", "runs missing"),
  rejected: (n) => count(n, "a run has been missing", "runs missing"),
  lost: (n) => count(n, "a run has been missing", "runs missing"),
  failed: (n) => count(n, "a run failed", "runs failed"),
  overrun: (n) => count(n, "a run overran its limit", "runs overran their limit"),
  late: (n) => count(n, "a run was late", "runs were late"),
  double_fire: (n) => count(n, "a window was fired twice", "windows were fired twice"),
};

/** A missing run goes on being missing; the others are bad at one moment. */
const IS_MISSING: ReadonlySet<IncidentCause> = new Set(["silent", "not_fired", "unreached", "rejected", "lost"]);

/** "Refused at the boundary: the request carries a bearer secret; this route expects an HMAC signature." */
function becauseOf(cause: IncidentCause, diagnosis: string | null): string {
  if (diagnosis === null) return BECAUSE[cause];
  if (cause === "silent") return `Nothing was heard. ${diagnosis}`;
  if (cause !== "rejected") return diagnosis;
  const said = diagnosis.replace(/^(?:The|It|No|In|A|An)\b/, (word) => word.toLowerCase());
  return `Refused at the boundary: ${/[.!?]$/.test(said) ? said : `${said}.`}`;
}

/**
 * One sentence, or two, that say what happened: "nightly-etl: 3 runs missing since 02:05 on 12 Jan (UTC). Refused at
 * the boundary before a run began."
 */
export function sentenceOf(told: {
  readonly slug: string;
  readonly timezone: string;
  readonly since: Instant;
  readonly cause: IncidentCause | null;
  readonly diagnosis: string | null;
  /** The bad windows that it lists. */
  readonly windows: readonly Pick<BadWindow, "weight" | "bad">[];
}): string {
  const n = told.windows.reduce((sum, window) => sum + (window.bad ? window.weight : 0), 0);
  const cause = told.cause ?? "silent";
  const word = n <= 1 && !IS_MISSING.has(cause) ? "at" : "since";
  const when = `${word} ${clockTime(told.since, told.timezone)}`;
  return `${told.slug}: ${WHAT[cause](Math.max(1, n))} ${when}. ${becauseOf(cause, told.diagnosis)}`;
}
