/** What went wrong, in one sentence for somebody who was woken by it. Built of our own words, numbers and public claims. */
import type { Reason } from "../contracts/reasons.ts";
import { contractOf } from "../contracts/register.ts";
import { carriedWords } from "./classify.ts";
import type { Shape } from "./shape.ts";

export interface ToDiagnose {
  readonly reason: Reason;
  readonly detail: string | null;
  readonly shape: Shape;
  /** "an HMAC signature over the body in x-signature": what the route expects. */
  readonly expects: string;
  /** What is worth knowing where a platform is recognised and proves nothing. */
  readonly advice?: string | undefined;
}

const WRONG_SECRET: Readonly<Record<string, string>> = {
  whitespace: "The secret matches but for white space: a line feed or blank was stored with it",
  quoted: "The secret matches but for quotation marks that were stored with it",
  prefix: "The secret matches but for a word in front of it, such as a second Bearer",
  case: "The secret matches but for upper and lower case",
  url_encoded: "The secret matches once percent-encoding is undone",
  truncated: "The secret is only a part of the one expected",
  extended: "The secret has something after its end",
  base64_of_expected: "The secret is the base64 form of the one expected",
  base64_decoded: "The secret is what the expected one says once base64 is undone",
  username: "The password is right, and the user name is not",
};

const BAD_SIGNATURE: Readonly<Record<string, string>> = {
  body_mutated:
    "The signature is genuine for another form of this body: something on the way parsed and wrote it again",
  body_empty: "The signature does not match, and no body arrived: something may have read it before the gate",
  body_consumed: "The body was read before the gate could check it; put the gate before whatever parses bodies",
};

/** After a colon in the detail comes what a person needs beside the code. */
const split = (detail: string | null): readonly [string, string] => {
  const colon = detail?.indexOf(":") ?? -1;
  return detail === null
    ? ["", ""]
    : colon < 0
      ? [detail, ""]
      : [detail.slice(0, colon), detail.slice(colon + 1).trim()];
};

const named = (words: readonly string[]): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;

function wrongSecret(detail: string | null, expects: string): string {
  const [code, more] = split(detail);
  if (code === "belongs_to_route") return `The secret belongs to the route ${more}.`;
  if (code === "length") return `The secret is another one: it has ${more}.`;
  const known = WRONG_SECRET[code];
  return known === undefined
    ? `The secret is another one than the route's; this route expects ${expects}.`
    : `${known}.`;
}

function badSignature(detail: string | null, expects: string): string {
  const [code, more] = split(detail);
  if (code === "key_encoding") return `The signature was made with another reading of the key: it ${more}.`;
  if (code === "encoding") return `The signature is genuine, but written in another way: ${more}.`;
  if (code === "key_of_other_route") return `The signature was made with the key of the route ${more}.`;
  const known = BAD_SIGNATURE[code];
  return known === undefined
    ? `The signature was not made with this route's key, or for another request; this route expects ${expects}.`
    : `${known}.`;
}

function unproven({ shape, expects, advice }: ToDiagnose): string {
  const platforms = [
    ...new Set(shape.hints.map(({ of, platform }) => (of === null ? platform : contractOf(of).label))),
  ];
  const hints = [...new Set(shape.hints.map(({ words }) => words))];
  const more = advice === undefined ? "" : ` ${advice}`;
  return `The request looks like ${named(platforms)} by ${named(hints)}, which anyone can type, and carries no proof; this route expects ${expects}.${more}`;
}

/** Behind a proxy a gate sees another scheme or host than its caller wrote. */
const wrongOrigin = (detail: string | null): string =>
  /^(scheme|host|port):/.test(detail ?? "") ? " Tell the gate its public address (publicUrl)." : "";

const emptied = ({ credentials }: Shape): string =>
  credentials.some(({ form }) => form === "basic") ? "a user name without a password" : "an empty credential";

/** Our own misconfiguration: what the operator of the gate has to mend. */
function unconfigured({ reason, detail }: ToDiagnose): string {
  const [code, more] = split(detail);
  if (reason === "development_key")
    return "The route is configured with a key that stands in public documentation; every request is refused until it has one of its own.";
  const what =
    {
      empty: "no secret",
      literal_undefined: "the word undefined in place of its secret",
      unexpanded_placeholder: "a placeholder in place of its secret",
      not_a_text: "something that is no text in place of its secret",
      whitespace: "a secret with white space at its ends",
      quoted: "a secret with quotation marks around it",
      short: `a secret of only ${more}, where 16 are the least`,
      repeated: "a secret of hardly any different characters",
    }[code] ?? `a configuration that cannot be used (${detail ?? ""})`;
  return `The route is configured with ${what}; every request is refused until that is mended.`;
}

/** What a gate of somebody else's may leave out. */
const told = (before: string, detail: string | null): string => (detail === null ? "" : `${before}${detail}`);

/** One sentence (two where there is advice), without a byte of any secret or signature. */
export function diagnose(asked: ToDiagnose): string {
  const { reason, detail, shape, expects } = asked;
  const carried = carriedWords(shape);
  switch (reason) {
    case "admitted":
      return "The request proves that it is genuine.";
    case "admitted_manual":
      return "The request proves that a person or a tool of yours sent it.";
    case "admitted_previous_key":
      return "The request proves that it is genuine, with the other of two keys; finish the change of keys.";
    case "missing_credentials":
      return `The request carries ${detail === "empty" ? emptied(shape) : "no credentials"}; this route expects ${expects}.`;
    case "hint_without_proof":
      return unproven(asked);
    case "wrong_contract":
      if (detail === "secret_in_url")
        return `The right secret stands in the URL, where logs keep it; this route expects ${expects}.`;
      if (detail?.startsWith("secret_in:"))
        return `The right secret stands in ${detail.slice(10).trim()}; this route expects ${expects}.`;
      return `The request carries ${carried ?? "another proof"}; this route expects ${expects}.`;
    case "ambiguous_credentials":
      return `The request carries ${detail ?? "several credentials"}, and which of them counts cannot be told; this route expects ${expects}.`;
    case "wrong_secret":
      return wrongSecret(detail, expects);
    case "literal_undefined":
      return "The request carries the word undefined (or null) where its secret belongs: the variable was not set where it is sent from.";
    case "unexpanded_placeholder":
      return "The request carries a placeholder where its secret belongs: nothing filled the variable in.";
    case "malformed_credentials":
      return `The credentials cannot be read${detail === null ? "" : ` (${detail})`}; this route expects ${expects}.`;
    case "bad_signature":
      return badSignature(detail, expects);
    case "body_unavailable":
      return "The signature covers the body, which the proxy does not pass on to the gate; check it in the application, or have the proxy forward bodies.";
    case "body_too_large":
      return "The body is larger than the gate reads, so its signature cannot be checked.";
    case "stale_timestamp":
      return `The signature is too old${told(": ", detail)}. Either it was held up or sent again, or a clock is wrong.`;
    case "future_timestamp":
      return `The signature is of the future${told(": ", detail)}. A clock is wrong, the sender's or this machine's.`;
    case "clock_skew_suspected":
      return `The clocks of the caller and of this machine differ${told(" by ", detail)}: one of them is wrong.`;
    case "expired_token":
      return `The token expired ${detail ?? "before it came"}.`;
    case "not_yet_valid":
      return `The token becomes valid only ${detail ?? "later"}: a clock is wrong, the issuer's or this machine's.`;
    case "wrong_audience":
      return `The token is meant for another audience${told(": ", detail)}.`;
    case "unknown_issuer":
      return `The token is by another issuer${told(": ", detail)}.`;
    case "wrong_subject":
      return `The signature is for another URL${told("; they differ in the ", detail)}.${wrongOrigin(detail)}`;
    case "claim_mismatch":
      return `The token is genuine, but not the one expected${told(": ", detail)}.`;
    case "unknown_key":
      return "The token names a key that its issuer does not publish.";
    case "algorithm_not_allowed":
      return `The algorithm is not the one expected${told(": ", detail)}.`;
    case "keys_unavailable":
      return `The issuer's keys could not be fetched${detail === null ? "" : ` (${detail})`}, so its tokens cannot be checked.`;
    case "token_reuse":
      return "The very same proof was presented before: the request was sent again, by its sender or by somebody who read it.";
    case "duplicate_delivery":
      return "The platform delivered the same occurrence again.";
    case "secret_not_configured":
    case "weak_secret":
    case "development_key":
      return unconfigured(asked);
    case "untrusted_proxy":
      return detail === "x-middleware-subrequest"
        ? "The request carries x-middleware-subrequest, which only Next.js itself may set (CVE-2025-29927)."
        : "The request does not prove that it came by the proxy.";
    case "probe_unsigned":
      return "The request is a platform's unsigned probe, and no run.";
    case "internal_error":
      return "The gate failed while it checked the request, and refused it.";
    default:
      return `The request was refused (${reason.replaceAll("_", " ")})${detail === null ? "" : `: ${detail}`}.`;
  }
}
