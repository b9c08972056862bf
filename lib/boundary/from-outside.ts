/**
 * What an answer from outside means (contracts.md, section 4, layers 0 to 3): who answered, and what is to be done about
 * it, in one sentence that a tired person understands. Pure; whether `Rollcall-Gate` verifies is handed in.
 */
import { type EdgeReason, REASONS } from "#gate/contracts/reasons.ts";
import type { ReadGateHeader } from "#gate/headers/gate-header.ts";
import type { Answered, NoAnswer, Outcome } from "#lib/outbound/outcome.ts";
import type { Instant } from "#lib/time/instant.ts";
import { reasonInWords } from "./reason-words.ts";
import { type Redirected, redirectOf } from "./redirect.ts";

/**
 * `gate_refused` and `gate_admitted`: our own gate answered. `answered`: somebody answered well, and it is not known
 * whether a gate stood before it. `refused_elsewhere`: 401 or 403 of somebody who is not our gate.
 */
export type ReadCode = EdgeReason | "gate_refused" | "gate_admitted" | "answered" | "refused_elsewhere" | "not_asked";
export type Layer = "net" | "edge" | "app" | "gate";

export interface ReadAnswer {
  readonly layer: Layer;
  readonly code: ReadCode;
  /** `login` of a redirect, `expired` of a certificate, `vercel` of a platform, the reason of our gate. */
  readonly sub: string | null;
  /** Begins with a capital letter and ends with a full stop; holds nothing of what was sent. */
  readonly sentence: string;
}

export interface AskedAs {
  readonly url: string;
  readonly method: string;
  /** Whether `Rollcall-Gate` was there and verified. */
  readonly gate: ReadGateHeader;
  /** What ought to become of the request. */
  readonly should: "refused" | "accepted";
  /** Our clock when the answer came, beside which its own date is held. */
  readonly now?: Instant;
}

const NET: ReadonlyMap<string, readonly [EdgeReason, string]> = new Map<string, readonly [EdgeReason, string]>([
  ["ENOTFOUND", ["dns_failure", "has no address: the name is not known to DNS"]],
  ["ENODATA", ["dns_failure", "has no address: DNS knows the name and no address of it"]],
  ["EAI_AGAIN", ["dns_failure", "could not be looked up: DNS did not answer"]],
  ["ECONNREFUSED", ["connection_refused", "refuses connections: nothing listens there"]],
  ["ECONNRESET", ["connection_reset", "broke the connection off before it answered"]],
  ["EPIPE", ["connection_reset", "broke the connection off before it answered"]],
  ["EHOSTUNREACH", ["unreachable", "cannot be reached: no way leads there"]],
  ["ENETUNREACH", ["unreachable", "cannot be reached: no way leads there"]],
  ["EADDRNOTAVAIL", ["unreachable", "cannot be reached: no way leads there"]],
]);

const TLS: ReadonlyMap<string, readonly [sub: string, words: string]> = new Map<
  string,
  readonly [sub: string, words: string]
>([
  ["CERT_HAS_EXPIRED", ["expired", "its certificate has expired"]],
  ["CERT_NOT_YET_VALID", ["not_yet_valid", "its certificate is not valid yet"]],
  ["ERR_TLS_CERT_ALTNAME_INVALID", ["name_mismatch", "its certificate is for another name"]],
  ["HOSTNAME_MISMATCH", ["name_mismatch", "its certificate is for another name"]],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", ["self_signed", "its certificate is signed by itself"]],
  ["SELF_SIGNED_CERT_IN_CHAIN", ["self_signed", "its certificate is signed by an authority of its own"]],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", ["untrusted_chain", "an intermediate certificate is missing"]],
  ["UNABLE_TO_GET_ISSUER_CERT", ["untrusted_chain", "its certificate leads to no authority that is trusted"]],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", ["untrusted_chain", "its certificate leads to no authority that is trusted"]],
]);

const WAITED = {
  address: "did not answer in time",
  dns: "could not be looked up in time",
  connect: "takes no connection in time",
  tls: "did not finish the TLS handshake in time",
  headers: "took the request and did not answer in time",
} as const;

function silence(outcome: NoAnswer, host: string): ReadAnswer {
  const net = (code: ReadCode, sub: string | null, words: string): ReadAnswer => ({
    ...{ layer: "net", code, sub },
    sentence: `${host} ${words}.`,
  });
  if (outcome.code === "FORBIDDEN_ADDRESS") {
    const words =
      outcome.forbidden === "private"
        ? "is an address of a private network, which this route does not allow to be asked"
        : "is an address that is never asked";
    return net("not_asked", outcome.forbidden ?? null, words);
  }
  if (outcome.phase === "address")
    return net("not_asked", "unreadable", "cannot be asked: the address or a header is not of the web");
  if (outcome.code === "TIMEOUT") return net("timeout", outcome.phase, WAITED[outcome.phase]);
  if (outcome.phase === "tls" && outcome.code !== "ECONNRESET") {
    const [sub, words] = TLS.get(outcome.code) ?? ["protocol", "it does not speak TLS as it should"];
    return { layer: "net", code: "tls_error", sub, sentence: `${host} cannot be trusted: ${words}.` };
  }
  if (outcome.phase === "dns") {
    const [code, words] = NET.get(outcome.code) ?? ["dns_failure", "could not be looked up"];
    return net(code, null, words);
  }
  const [code, words] = NET.get(outcome.code) ?? ["unreachable", "gave no answer that can be read"];
  return net(code, null, words);
}

const REDIRECT: Readonly<Record<Redirected["kind"], (to: string) => string>> = {
  login: (to) => `a login page (${to}): something before the route wants a person to sign in`,
  trailing_slash: (to) => `the same path with or without a slash (${to}): schedulers do not follow it`,
  scheme: (to) => `another scheme (${to}): give the scheduler that address`,
  host: (to) => `another host (${to}): no scheduled request arrives`,
  locale: (to) => `a path of a language (${to}): leave this path out of the language rules`,
  loop: () => "itself: it goes round in circles",
  elsewhere: (to) => `another place (${to}): schedulers do not follow it`,
};

/** Who guards a whole deployment, before any application: told by what only they send. */
function platformOf({ headers, status, body }: Answered, redirected: Redirected | null): string | null {
  const location = headers["location"] ?? "";
  if (/^https:\/\/vercel\.com\/sso-api(?:[/?]|$)/.test(location)) return "vercel";
  if (status === 401 && headers["x-vercel-error"] !== undefined) return "vercel";
  if (status === 401 && headers["x-vercel-id"] !== undefined && /vercel authentication|_vercel_sso/i.test(body))
    return "vercel";
  if (/^https:\/\/[\w.-]+\.cloudflareaccess\.com\//.test(location)) return "cloudflare-access";
  if (redirected === null && (headers["cf-access-aud"] ?? headers["cf-access-domain"]) !== undefined && status >= 400)
    return "cloudflare-access";
  if (headers["x-goog-iap-generated-response"] !== undefined) return "iap";
  if (status === 401 && /netlify/i.test(headers["server"] ?? "") && /password/i.test(body)) return "netlify";
  return null;
}

const PLATFORM: Readonly<Record<string, string>> = {
  vercel: "Vercel's Deployment Protection",
  netlify: "Netlify's password protection",
  "cloudflare-access": "Cloudflare Access",
  iap: "Google's Identity-Aware Proxy",
};

/** Somebody who keeps robots away; a scheduler is one. */
function wafOf({ headers, status, body }: Answered): readonly ["waf_challenge" | "waf_block", string] | null {
  const amazon = headers["x-amzn-waf-action"];
  if (headers["cf-mitigated"] === "challenge" || /<title>Just a moment/i.test(body))
    return ["waf_challenge", "cloudflare"];
  if (amazon !== undefined) return [/challenge|captcha/.test(amazon) ? "waf_challenge" : "waf_block", "aws"];
  const vercel = headers["x-vercel-mitigated"];
  if (headers["x-vercel-challenge-token"] !== undefined || vercel === "challenge") return ["waf_challenge", "vercel"];
  if (vercel !== undefined) return ["waf_block", "vercel"];
  if (status !== 403) return null;
  if (headers["cf-ray"] !== undefined && /cloudflare/i.test(body)) return ["waf_block", "cloudflare"];
  if (headers["x-sucuri-id"] !== undefined) return ["waf_block", "sucuri"];
  if (headers["x-akamai-request-id"] !== undefined || /AkamaiGHost/i.test(headers["server"] ?? ""))
    return ["waf_block", "akamai"];
  if (headers["x-azure-ref"] !== undefined) return ["waf_block", "azure"];
  if (headers["x-amz-cf-id"] !== undefined && /request blocked/i.test(body)) return ["waf_block", "aws"];
  return null;
}

/** Refusals that a wrong clock explains. */
const OF_TIME: ReadonlySet<string> = new Set(["stale_timestamp", "future_timestamp", "expired_token", "not_yet_valid"]);

/** "600 s ahead of": how the clock of whoever answered differs from ours, where that is more than a request takes. */
function skewOf(date: string | undefined, { now }: AskedAs): string | null {
  const theirs = Date.parse(date ?? "");
  if (now === undefined || Number.isNaN(theirs)) return null;
  const seconds = Math.round((theirs - now) / 1_000);
  return Math.abs(seconds) < 60 ? null : `${Math.abs(seconds)} s ${seconds > 0 ? "ahead of" : "behind"}`;
}

const isHtml = ({ headers, body }: Answered): boolean =>
  /^text\/html/i.test(headers["content-type"] ?? "") || /^\s*<(?:!doctype html|html)/i.test(body);

/** What a page of 200 really is, where it is one for people. */
function pageOf(answered: Answered): "login" | "not_found" | null {
  if (!isHtml(answered)) return null;
  if (/type=["']?password|<title>[^<]*(?:log ?in|sign ?in)/i.test(answered.body)) return "login";
  return /<title>[^<]*(?:404|not found)/i.test(answered.body) ? "not_found" : null;
}

const CSRF: readonly (readonly [string, RegExp])[] = [
  ["sveltekit", /cross-site POST form submissions are forbidden/i],
  ["django", /CSRF (?:verification failed|token missing)/i],
  ["laravel", /page expired|csrf token mismatch/i],
  ["rails", /InvalidAuthenticityToken/i],
  ["other", /\b(?:csrf|xsrf)\b/i],
];

/** Vercel, of a function that did not answer in its time. */
const GAVE_UP = /^(?:FUNCTION_INVOCATION_TIMEOUT|EDGE_FUNCTION_INVOCATION_TIMEOUT)$/;

const edge = (code: ReadCode, sub: string | null, sentence: string): ReadAnswer => ({
  layer: "edge",
  code,
  sub,
  sentence,
});
const app = (code: ReadCode, sub: string | null, sentence: string): ReadAnswer => ({
  layer: "app",
  code,
  sub,
  sentence,
});

/** What went well: for what ought to be refused, that is the worst of all. */
function admitted(answered: Answered, asked: AskedAs, host: string): ReadAnswer {
  const { gate } = asked;
  const { status } = answered;
  if (asked.should === "refused") {
    if (gate.ok && gate.outcome === "rejected")
      return app("fail_open", "refusal_ignored", `The gate refused, and ${host} answered ${status} all the same: the application does not heed its gate.`); // biome-ignore format: one sentence
    if (gate.ok) return { layer: "gate", code: "fail_open", sub: "admitted", sentence: `${host} answered ${status}: its gate lets in what it should refuse.` }; // biome-ignore format: one sentence
    return app("fail_open", null, `${host} answered ${status}: it lets in whoever calls.`);
  }
  if (gate.ok && gate.outcome === "rejected")
    return app("gate_bypassed", "refusal_ignored", `The gate refused, and ${host} answered ${status} all the same: the application does not heed its gate.`); // biome-ignore format: one sentence
  if (gate.ok) return { layer: "gate", code: "gate_admitted", sub: null, sentence: `The gate of ${host} let it in.` };
  const page = pageOf(answered);
  if (page === "login")
    return app("html_instead_of_json", "login", `${host} answered ${status} with a login page: no job runs there.`);
  if (page === "not_found") return app("soft_404", null, `${host} answered ${status} with a page that says “not found”: no job runs there.`); // biome-ignore format: one sentence
  if (gate.because === "forged") return app("gate_bypassed", "forged", `${host} answered ${status}, and its Rollcall-Gate header is not signed with this route's key.`); // biome-ignore format: one sentence
  return app("answered", null, `${host} answered ${status}, and no gate signed the answer.`);
}

function ofStatus(answered: Answered, asked: AskedAs, host: string): ReadAnswer {
  const { status, headers, body } = answered;
  const waf = wafOf(answered);
  if (waf) {
    const words = waf[0] === "waf_challenge" ? "asks for proof that a person calls" : "blocks the request";
    return edge(
      waf[0],
      waf[1],
      `The firewall before ${host} (${waf[1]}) ${words}, and a scheduler does not come through.`,
    );
  }
  switch (status) {
    case 401:
    case 403: {
      const basic = /^basic\b/i.test(headers["www-authenticate"] ?? "");
      if (basic) return edge("edge_basic_auth", null, `A password (Basic) stands before ${host}, and takes the place of the scheduler's proof.`); // biome-ignore format: one sentence
      // Envoy's ext_authz refuses by itself, with nothing but its name, where the gate that it asks does not answer in time.
      if (status === 403 && headers["server"] === "envoy" && body === "")
        return edge("forward_auth_misconfigured", "envoy", `Envoy before ${host} answered 403 by itself: most often the gate that it asks is not reached, or does not answer within its time.`); // biome-ignore format: one sentence
      const csrf = CSRF.find(([, pattern]) => pattern.test(body));
      if (csrf) return app("csrf_rejected", csrf[0], `The application's protection against forged forms refuses the request (${status}): send JSON, or leave this path out.`); // biome-ignore format: one sentence
      return app("refused_elsewhere", String(status), `Something before the gate answered ${status}: the gate did not sign it.`); // biome-ignore format: one sentence
    }
    case 404:
    case 410:
      return app("route_not_found", null, `${host} knows no such path (${status}).`);
    case 405:
    case 501: {
      const allow = headers["allow"];
      const takes = allow && /^[A-Z]{3,7}(?:, ?[A-Z]{3,7}){0,8}$/.test(allow) ? `: it takes ${allow}` : "";
      return app(
        "method_not_allowed",
        asked.method,
        `${host} does not take ${asked.method} there (${status})${takes}.`,
      );
    }
    case 413:
      return edge("body_rejected", null, `A proxy before ${host} refused the body as too large (413).`);
    case 419:
      return app("csrf_rejected", "laravel", "The application's protection against forged forms refuses the request (419): leave this path out."); // biome-ignore format: one sentence
    case 429:
      return edge(
        "rate_limited_upstream",
        null,
        `Something before the gate of ${host} limits how often it may be called (429).`,
      );
    case 502:
    case 504:
      if (GAVE_UP.test(headers["x-vercel-error"] ?? "") || (status === 504 && /"Endpoint request timed out"/.test(body)))
        return app("cold_start_timeout", String(status), `The platform of ${host} gave the function up before it answered (${status}): it starts or works for longer than it may.`); // biome-ignore format: one sentence
      return edge(
        "bad_gateway",
        String(status),
        `The proxy before ${host} does not reach the application (${status}).`,
      );
    default:
      break;
  }
  if (status >= 500) {
    // ngx_http_auth_request_module turns every answer of the gate but 2xx, 401 and 403 into a 500 of its own.
    if (status === 500 && /nginx/i.test(headers["server"] ?? "") && /<center>nginx/i.test(body))
      return edge("forward_auth_misconfigured", "nginx", `nginx before ${host} answered 500 by itself: most often the gate that it asks is not reached.`); // biome-ignore format: one sentence
    return app("server_error", String(status), `${host} failed with ${status}.`);
  }
  return app("answered", String(status), `${host} answered ${status}, which says neither yes nor no.`);
}

/** Reads one answer; total: whatever came has exactly one reading. */
export function readAnswer(outcome: Outcome, asked: AskedAs): ReadAnswer {
  const host = URL.canParse(asked.url) ? new URL(asked.url).host : "The address";
  if (outcome.kind === "no_answer") return silence(outcome, host);
  const { status, headers } = outcome;
  const redirected = status >= 300 && status < 400 ? redirectOf(asked.url, headers["location"]) : null;
  const platform = platformOf(outcome, redirected);
  if (platform !== null && !asked.gate.ok) {
    const who = PLATFORM[platform] ?? platform;
    return edge("platform_protection", platform, `${who} stands before ${host} and answers ${status}: no scheduled request comes through.`); // biome-ignore format: one sentence
  }
  if (redirected !== null) {
    const where = REDIRECT[redirected.kind](redirected.to ?? "it does not say where");
    return edge("redirect", redirected.kind, `${host} answers ${status} and sends to ${where}.`);
  }
  if (status >= 200 && status < 300) return admitted(outcome, asked, host);
  if (asked.gate.ok && asked.gate.outcome === "rejected" && (status === 401 || status === 403)) {
    // Told to probes alone; a code that is known, or nothing.
    const reason = REASONS.find((known) => known === headers["rollcall-reason"]) ?? null;
    const skew = asked.should === "accepted" && reason !== null && OF_TIME.has(reason) ? skewOf(headers["date"], asked) : null; // biome-ignore format: one line
    if (skew !== null) return { layer: "gate", code: "gate_refused", sub: "clock_skew_suspected", sentence: `The gate of ${host} refused it (${reasonInWords(reason ?? "")}): its clock is ${skew} Rollcall's, by the date of its answer.` }; // biome-ignore format: one sentence
    const because = reason === null ? "" : `: ${reasonInWords(reason)}`;
    return { layer: "gate", code: "gate_refused", sub: reason, sentence: `The gate of ${host} refused it${because}.` };
  }
  return ofStatus(outcome, asked, host);
}
