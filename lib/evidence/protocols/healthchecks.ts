/**
 * Check-ins in the form of Healthchecks (healthchecks.io, "Pinging API"), with what Rollcall adds to it: `at`, `window`,
 * `env` and the gate's ticket. It stands on the hot path, hence the reading by character codes.
 */
import { canonicalUuid, isUuidAt, UUID_LENGTH } from "#lib/evidence/uuid-text.ts";
import { isName } from "#lib/input/identifiers.ts";
import { DAY, type Instant, MINUTE, parseRfc3339 } from "#lib/time/instant.ts";
import type { Address, CheckInRequest, ParsedCheckIn, Protocol, Refusal } from "./protocol.ts";

const PREFIX = "/ping/";
const SLASH = 47;
const PING_KEY = /^[A-Za-z0-9_-]{22}$/;
/** As domain.md has it: what a schedule may be called. */

/** How far a check-in's own timestamp may lie from now. */
const OLDEST = 7 * DAY;
const FURTHEST_AHEAD = 5 * MINUTE;

const NO_HEADERS: readonly string[] = [];

const refuse = (text: string, detail: string): Refusal => ({
  refused: true,
  status: 400,
  text,
  headers: NO_HEADERS,
  reason: "malformed",
  detail,
});
const badUrl = (detail: string): Refusal => refuse("invalid url format", detail);

const WRONG_METHOD: Refusal = {
  refused: true,
  status: 405,
  text: "method not allowed",
  headers: ["Allow", "HEAD, GET, POST"],
  reason: "malformed",
  detail: "The method is none of HEAD, GET and POST.",
};
const NOT_A_PATH = badUrl("The address is neither /ping/{uuid} nor /ping/{ping key}/{slug} with an ending.");
const BAD_ENDING = badUrl("The ending is none of /start, /fail, /log and an exit status from 0 to 255.");
const BAD_ENCODING = badUrl("The address holds a % that stands for nothing.");
const BAD_RID = refuse("invalid uuid format", "rid is not a UUID in its canonical form.");
const BAD_AT = refuse("invalid time format", "at is not a time as RFC 3339 writes it, with its offset.");
const AT_OUT_OF_RANGE = refuse("time out of range", "at lies more than 7 days back, or more than 5 minutes ahead.");
const BAD_WINDOW = refuse("invalid time format", "window is not a time as RFC 3339 writes it, with its offset.");
const CANNOT_BE_MADE = badUrl("create=1 was asked for a name that no schedule can have (a-z, 0-9 and -, up to 100).");
const UNKNOWN_KEY: Refusal = {
  refused: true,
  status: 404,
  text: "not found",
  headers: NO_HEADERS,
  reason: "unknown_key",
  detail: "A ping key has 22 characters.",
};

type Ending = { readonly kind: ParsedCheckIn["kind"]; readonly exitStatus: number | null };
const SUCCESS: Ending = { kind: "success", exitStatus: null };
const WORDS: Readonly<Record<string, Ending>> = Object.assign(Object.create(null), {
  start: { kind: "start", exitStatus: null },
  fail: { kind: "fail", exitStatus: null },
  log: { kind: "log", exitStatus: null },
});

function readEnding(text: string): Ending | null {
  const word = WORDS[text];
  if (word) return word;
  if (text.length === 0 || text.length > 3) return null;
  let status = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return null;
    status = status * 10 + digit;
  }
  if (status > 255) return null;
  return { kind: status === 0 ? "success" : "fail", exitStatus: status };
}

/** `null` where a `%` is no escape. */
function decoded(text: string): string | null {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

interface Place {
  readonly address: Address;
  readonly ending: Ending;
}

function readPath(url: string, from: number, to: number): Place | Refusal {
  const end = to > from && url.charCodeAt(to - 1) === SLASH ? to - 1 : to;
  if (isUuidAt(url, from) && from + UUID_LENGTH <= end) {
    const after = from + UUID_LENGTH;
    const address: Address = { form: "uuid", uuid: canonicalUuid(url.slice(from, after)) };
    if (after === end) return { address, ending: SUCCESS };
    if (url.charCodeAt(after) === SLASH) {
      const ending = readEnding(url.slice(after + 1, end));
      return ending ? { address, ending } : BAD_ENDING;
    }
  }
  const parts: string[] = [];
  for (const raw of url.slice(from, end).split("/")) {
    const part = decoded(raw);
    if (part === null) return BAD_ENCODING;
    if (part === "" || part.includes("/")) return NOT_A_PATH;
    parts.push(part);
  }
  const [key, slug, last] = parts;
  if (key === undefined || slug === undefined || parts.length > 3) return NOT_A_PATH;
  const ending = last === undefined ? SUCCESS : readEnding(last);
  if (!ending) return BAD_ENDING;
  return { address: { form: "slug", key, slug }, ending };
}

interface Query {
  rid: string | null;
  at: Instant | null;
  window: Instant | null;
  environment: string | null;
  create: boolean;
}

/** An offset's `+` is often sent as it is, though in a query it stands for a space; and a space for the `T` is legal. */
function readTime(raw: string): Instant | null {
  const text = decoded(raw);
  if (text === null) return null;
  return parseRfc3339(
    text[10] === "+" ? `${text.slice(0, 10)} ${text.slice(11)}` : text.replace(/ (?=\d\d:\d\d$)/, "+"),
  );
}

/** The last of equal names counts, as in Healthchecks. */
function readQuery(url: string, from: number, now: Instant): Query | Refusal {
  const query: Query = { rid: null, at: null, window: null, environment: null, create: false };
  for (const pair of url.slice(from).split("&")) {
    const cut = pair.indexOf("=");
    const value = cut < 0 ? "" : pair.slice(cut + 1);
    switch (cut < 0 ? pair : pair.slice(0, cut)) {
      case "rid": {
        const rid = decoded(value);
        if (rid === null || rid.length !== UUID_LENGTH || !isUuidAt(rid, 0)) return BAD_RID;
        query.rid = canonicalUuid(rid);
        break;
      }
      case "create":
        query.create = value === "1";
        break;
      case "at": {
        const at = readTime(value);
        if (at === null) return BAD_AT;
        if (at < now - OLDEST || at > now + FURTHEST_AHEAD) return AT_OUT_OF_RANGE;
        query.at = at;
        break;
      }
      case "window":
        query.window = readTime(value);
        if (query.window === null) return BAD_WINDOW;
        break;
      case "env": {
        const environment = decoded(value.replaceAll("+", " "));
        if (environment === null) return BAD_ENCODING;
        query.environment = environment;
        break;
      }
      default:
    }
  }
  return query;
}

function parse({ method, url, headers }: CheckInRequest, now: Instant): ParsedCheckIn | Refusal {
  if (method !== "GET" && method !== "POST" && method !== "HEAD") return WRONG_METHOD;
  if (!url.startsWith(PREFIX)) return NOT_A_PATH;
  const question = url.indexOf("?");
  const place = readPath(url, PREFIX.length, question < 0 ? url.length : question);
  if ("refused" in place) return place;
  const { address, ending } = place;
  const query = question < 0 ? null : readQuery(url, question + 1, now);
  if (query !== null && "refused" in query) return query;
  if (address.form === "slug") {
    if (!PING_KEY.test(address.key)) return UNKNOWN_KEY;
    if (query?.create && !isName(address.slug)) return CANNOT_BE_MADE;
  }
  const ticket = headers["rollcall-ticket"];
  return {
    refused: false,
    address,
    kind: ending.kind,
    exitStatus: ending.exitStatus,
    rid: query === null ? null : query.rid,
    at: query === null ? null : query.at,
    window: query === null ? null : query.window,
    ticket: typeof ticket === "string" ? ticket : null,
    environment: query === null ? null : query.environment,
    create: query?.create ?? false,
  };
}

export const healthchecks: Protocol = { parse };
