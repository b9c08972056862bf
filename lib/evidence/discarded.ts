/** Check-ins that were refused or could not be placed: "No check-in vanishes" (domain.md, Run and check-in). */
import { isUuidAt, UUID_LENGTH } from "#lib/evidence/uuid-text.ts";
import { earliest, type Instant } from "#lib/time/instant.ts";

export const DISCARDED_REASONS = [
  "unknown_id",
  "unknown_key",
  "unknown_slug",
  "archived",
  "wrong_environment",
  "malformed",
  "rate_limited",
  "not_storable",
] as const;
export type DiscardedReason = (typeof DISCARDED_REASONS)[number];

export interface DiscardedCheckIn {
  readonly reason: DiscardedReason;
  /** With keys shortened: `shortenedPath`. */
  readonly path: string;
  /** Its remote address. */
  readonly sender: string;
  readonly slug: string | null;
  readonly detail: string | null;
  readonly scheduleId: string | null;
  readonly userAgent: string | null;
  readonly at: Instant;
}

export interface DiscardedGroup extends Omit<DiscardedCheckIn, "at"> {
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
}

/** What makes two of them one row. */
export const groupKey = (one: Pick<DiscardedCheckIn, "reason" | "path" | "sender">): string =>
  `${one.reason}\n${one.path}\n${one.sender}`;

export const groupOf = ({ at, ...one }: DiscardedCheckIn): DiscardedGroup => ({
  ...one,
  count: 1,
  firstAt: at,
  lastAt: at,
});

/** Two groups of one key as one; what is told of it comes from the later. */
export function joined(a: DiscardedGroup, b: DiscardedGroup): DiscardedGroup {
  const later = b.lastAt >= a.lastAt ? b : a;
  return {
    ...later,
    count: a.count + b.count,
    firstAt: earliest(a.firstAt, b.firstAt),
    lastAt: later.lastAt,
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const AWKWARD = /[^\x20-\x7e]/;

/** Text of a stranger as it may be stored and shown: no control characters (PostgreSQL takes no NUL), and bounded. */
export function cleanText(text: string, most: number): string {
  const cut = text.length > most ? text.slice(0, most) : text;
  if (!AWKWARD.test(cut)) return cut;
  return cut.replace(CONTROL, "\ufffd").replace(LONE_SURROGATE, "\ufffd");
}

const LONGEST_PATH = 300;
const LONGEST_PART = 100;
/** A ping key in a wrong place. Slugs have no capitals and no underscores, so a long name with one is a key. */
const LIKE_A_KEY = /^(?=.*[A-Z_])[A-Za-z0-9_-]{16,}$/;
const UUID_ANYWHERE = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;

function shortenedPart(part: string, place: { readonly first: boolean; readonly alone: boolean }): string {
  if (isUuidAt(part, 0)) {
    const rest = part.slice(UUID_LENGTH);
    return `${part.slice(0, 8).toLowerCase()}…${rest === "" ? "" : "…"}`;
  }
  if (place.first || LIKE_A_KEY.test(part)) {
    return part.length > 4 || !place.alone ? `${part.slice(0, 4)}…` : part;
  }
  const short = part.replace(UUID_ANYWHERE, (uuid) => `${uuid.slice(0, 8)}…`);
  return short.length > LONGEST_PART ? `${short.slice(0, LONGEST_PART)}…` : short;
}

/**
 * The path of a check-in's address as it may be kept: a ping key by its first 4 characters, an id by its first 8, and
 * no query (a `rid` would make every request a group of its own).
 */
export function shortenedPath(url: string): string {
  const question = url.indexOf("?");
  const path = question < 0 ? url : url.slice(0, question);
  const prefix = path.startsWith("/ping/") ? "/ping/" : "/";
  const parts = path.slice(prefix.length, prefix.length + 2_000).split("/");
  const alone = parts.length === 1;
  const short = parts.map((part, index) => shortenedPart(part, { first: index === 0, alone })).join("/");
  return cleanText(prefix + short, LONGEST_PATH);
}

/** What would mend it, in words. */
export function remedy({ reason, slug, detail }: Pick<DiscardedGroup, "reason" | "slug" | "detail">): string {
  const name = slug === null ? "the schedule" : `"${slug}"`;
  switch (reason) {
    case "unknown_id":
      return "No schedule has this id. Copy the address from the schedule's page into the job; where it was rotated, the old one has ended.";
    case "unknown_key":
      return "The ping key is not this installation's. Copy the address from the schedule's page into the job.";
    case "unknown_slug":
      return `No schedule is called ${name}. Make one of that name, make it an alias of the schedule that is meant, or add ?create=1 to the address.`;
    case "archived":
      return `${slug === null ? "The schedule" : name} is archived. Bring it back, or take the check-in out of the job.`;
    case "wrong_environment":
      return `The job speaks of another environment than ${name} has. Give each environment a schedule of its own, or correct ?env= in the job.`;
    case "malformed":
      return `${detail ?? "The address is not that of a check-in."} Correct the address in the job.`;
    case "rate_limited":
      return `More check-ins came for ${name} than the limit allows. Send fewer, or ask an admin to raise the limit.`;
    case "not_storable":
      return "The database refused this check-in. Look into Rollcall's log for the reason, and report it as a bug.";
  }
}
