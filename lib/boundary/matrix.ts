/**
 * The verification matrix of a route (domain.md, Boundary; contracts.md, section 4): which requests are made of the probe
 * path, what ought to become of each, and what did. Pure: somebody else sends them.
 *
 * What is refused is made from the contract that the gate enforces; what is accepted, as the caller makes it. The right
 * secret is never put into an address, where it would be logged, and another route's is never sent anywhere.
 */
import type { Made } from "#gate/contracts/contract.ts";
import { type ContractConfig, contractOf } from "#gate/contracts/register.ts";
import { QSTASH_DEVELOPMENT_KEY } from "#gate/contracts/secret-text.ts";
import type { ReadAnswer } from "./from-outside.ts";
import {
  blank,
  forgedTokens,
  genuine,
  hasBody,
  hints,
  type MakeDeps,
  misplaced,
  type ToSend,
  withNextSecret,
  withSecret,
} from "./matrix-requests.ts";
import type { CaseName, CaseResult, Got } from "./verification.ts";

export interface MatrixRoute {
  readonly probeUrl: string;
  readonly probeMethods: readonly string[];
  /** What the gate enforces. */
  readonly contract: ContractConfig;
  /** How the platform that calls proves itself; mostly the same. */
  readonly caller: ContractConfig;
  readonly manual: ContractConfig | null;
  /** A schedule that the route guards, as its platform would name it. */
  readonly schedule: string | null;
  readonly expression: string | null;
}

/** One row: a request that is sent (the second time, for a replay), or why none is. */
export interface Planned {
  readonly case: CaseName;
  readonly variant: string;
  readonly expected: "refused" | "accepted";
  readonly send: ToSend | null;
  /** Another spelling of the address: that nothing answers there, or somebody else, or a redirect, is as good as a refusal. */
  readonly elsewhere?: boolean;
  /** Nothing that the caller sends: who has a gate of their own may refuse it without being wrong. */
  readonly courtesy?: boolean;
  /** The answer to the second of two equal requests counts; the first has to be accepted. */
  readonly twice?: boolean;
  /** Why nothing is sent. */
  readonly instead?: {
    readonly reason: "not_applicable" | "cannot_be_made" | "secret_not_configured";
    readonly because: string;
  };
}

/** With which method a platform calls, where nobody says otherwise. */
const methodOf = (kind: ContractConfig["kind"], methods: readonly string[]): string => {
  const usual = ["vercel-cron", "bearer", "basic", "api-key"].includes(kind) ? "GET" : "POST";
  return methods.includes(usual) ? usual : (methods[0] ?? "GET");
};

const TEN_MINUTES = 600_000;

const row = (name: CaseName, variant: string, expected: Planned["expected"], send: ToSend): Planned => ({
  ...{ case: name, variant, expected, send },
});
const without = (name: CaseName, variant: string, expected: Planned["expected"], instead: NonNullable<Planned["instead"]>): Planned => ({ case: name, variant, expected, send: null, instead }); // biome-ignore format: one line
const notApplicable = (name: CaseName, variant: string, because: string): Planned =>
  without(name, variant, "refused", { reason: "not_applicable", because });

/** The probe's address as others may write it; what guards by the exact path or scheme alone is open there. */
function otherSpellings(
  probeUrl: string,
): readonly { readonly variant: string; readonly url: string | null; readonly because: string }[] {
  const slashed = new URL(probeUrl);
  const { pathname, protocol } = slashed;
  const ends = pathname.endsWith("/");
  slashed.pathname = ends ? pathname.replace(/\/+$/, "") : `${pathname}/`;
  const plain = new URL(probeUrl);
  plain.protocol = "http:";
  const usual = plain.port === "";
  return [
    {
      variant: ends ? "without the slash at the end" : "with a slash at the end",
      url: pathname === "/" ? null : slashed.href,
      because: "The probe's address has no path.",
    },
    {
      variant: "http for https",
      // A port speaks one of the two.
      url: protocol === "https:" && usual ? plain.href : null,
      because: protocol === "https:" ? "The probe's address names a port." : "The probe's address is not https.",
    },
  ];
}

/** What becomes of something that was to be made. */
function fromMade(planned: Omit<Planned, "send">, made: Made | null): Planned {
  if (made?.ok) return { ...planned, send: made.request };
  const instead = made
    ? ({ reason: made.reason, because: made.because } as const)
    : ({ reason: "secret_not_configured", because: "A secret that it needs is not set, or is none." } as const);
  return { ...planned, send: null, instead };
}

/** Flips the last byte. */
function changed(body: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(body);
  const last = copy.length - 1;
  copy[last] = (copy[last] ?? 0) ^ 1;
  return copy;
}

/** Whether proofs of a contract can be made here at all. */
const makeable = async (config: ContractConfig, request: ToSend, by: MakeDeps): Promise<Made | null> =>
  genuine(config, request, by);

async function mustBeRefused(route: MatrixRoute, by: MakeDeps): Promise<Planned[]> {
  const { contract, caller, manual, probeMethods, probeUrl } = route;
  const method = methodOf(contract.kind, probeMethods);
  const plain = blank(method, probeUrl);
  const rows: Planned[] = [
    row("no_credentials", "nothing", "refused", plain),
    row("no_credentials", "an empty bearer", "refused", { ...plain, headers: { ...plain.headers, authorization: "Bearer" } }), // biome-ignore format: one row
    ...otherSpellings(probeUrl).map(
      ({ variant, url, because }): Planned =>
        url === null
          ? notApplicable("no_credentials", variant, because)
          : { ...row("no_credentials", variant, "refused", { ...plain, url }), elsewhere: true },
    ),
    ...hints(plain, route.expression).map(({ variant, send }) => row("hints_only", variant, "refused", send)),
  ];
  const wrong = async (variant: string, config: ContractConfig, secret: string): Promise<void> => {
    const made = await withSecret(config, blank(methodOf(config.kind, probeMethods), probeUrl), { ...by, secret });
    if (made?.ok) rows.push(row("wrong_secret", variant, "refused", made.request));
  };
  await wrong("of the same length", contract, "other");
  // What programs send where a variable was never set, and what they compare with there.
  for (const literal of ["undefined", "null", ""])
    await wrong(literal === "" ? "empty" : `the word ${literal}`, contract, literal);
  await wrong("a placeholder", contract, "$CRON_SECRET");
  // `QSTASH_DEV` in the environment makes Upstash's own receiver take these, whatever keys it is given.
  if (contract.kind === "qstash") await wrong("Upstash's public key for development", contract, QSTASH_DEVELOPMENT_KEY);
  if (caller.kind !== contract.kind) await wrong("of the caller", caller, "other");
  if (manual) await wrong("of the manual door", manual, "other");
  rows.push(...misplaced(contract, plain).map(({ variant, send }) => row("wrong_secret", `the right one ${variant}`, "refused", send))); // biome-ignore format: one row
  if (!rows.some((one) => one.case === "wrong_secret")) {
    rows.push(
      notApplicable("wrong_secret", "of the same length", "No secret of this contract is sent or signs anything."),
    );
  }
  return [...rows, ...(await bound(route, by))];
}

/** What depends on what the proof covers: body, address, time and a number of its own. */
async function bound({ contract, probeMethods, probeUrl }: MatrixRoute, by: MakeDeps): Promise<Planned[]> {
  const its = contractOf(contract.kind);
  const method = methodOf(contract.kind, probeMethods);
  const withBody = probeMethods.find(hasBody);
  const plain = blank(method, probeUrl);
  const probe = await makeable(contract, plain, by);
  if (probe && !probe.ok) {
    const cannot = (name: CaseName, variant: string): Planned =>
      without(name, variant, "refused", { reason: "cannot_be_made", because: probe.because });
    return [
      ...forgedTokens(contract, plain, by.now).map(({ variant, send }) => row("tampered", variant, "refused", send)),
      ...[
        cannot("expired", "ten minutes old"),
        cannot("wrong_audience", "another audience"),
        cannot("replayed", "the same twice"),
      ],
    ];
  }
  const covers = new Set(its.covers(contract));
  const rows: Planned[] = [];
  const say = async (planned: Omit<Planned, "send" | "expected">, request: ToSend, more: Partial<MakeDeps> = {}) => {
    rows.push(fromMade({ ...planned, expected: "refused" }, await genuine(contract, request, { ...by, ...more })));
  };
  const nothing = (name: CaseName, variant: string, what: string) =>
    rows.push(notApplicable(name, variant, `A proof of ${its.label} does not cover ${what}.`));

  if (!covers.has("body")) nothing("tampered", "the body changed", "the body");
  else if (withBody === undefined) {
    rows.push(notApplicable("tampered", "the body changed", "The probe takes no method that has a body."));
  } else {
    const made = await genuine(contract, blank(withBody, probeUrl), by);
    const sent: Made | null = made?.ok
      ? { ok: true, request: { ...made.request, body: changed(made.request.body) } }
      : made;
    rows.push(fromMade({ case: "tampered", variant: "the body changed", expected: "refused" }, sent));
  }
  if (covers.has("time")) {
    await say({ case: "expired", variant: "ten minutes old" }, plain, { now: by.now - TEN_MINUTES });
    await say({ case: "expired", variant: "ten minutes ahead" }, plain, { now: by.now + TEN_MINUTES });
  } else nothing("expired", "ten minutes old", "the time");
  if (covers.has("id")) await say({ case: "replayed", variant: "the same twice", twice: true }, plain);
  else nothing("replayed", "the same twice", "anything that makes it good for once");
  if (covers.has("url")) {
    const elsewhere = new URL(probeUrl);
    elsewhere.pathname = `${elsewhere.pathname.replace(/\/$/, "")}/elsewhere`;
    const made = await genuine(contract, { ...plain, url: elsewhere.href }, by);
    const sent: Made | null = made?.ok ? { ok: true, request: { ...made.request, url: probeUrl } } : made;
    rows.push(fromMade({ case: "wrong_audience", variant: "another address", expected: "refused" }, sent));
  } else nothing("wrong_audience", "another address", "the address");
  return rows;
}

async function mustBeAccepted(route: MatrixRoute, by: MakeDeps): Promise<Planned[]> {
  const { contract, caller, manual, probeMethods, probeUrl } = route;
  const told = {
    ...(route.schedule === null ? {} : { schedule: route.schedule }),
    ...(route.expression === null ? {} : { expression: route.expression }),
  };
  const rows: Planned[] = [];
  const method = methodOf(caller.kind, probeMethods);
  const label = contractOf(caller.kind).label;
  // One request for each method answers where it leads, whether it is taken, and whether it is let in.
  for (const one of probeMethods) {
    const request = blank(one, probeUrl);
    const made = await genuine(caller, request, { ...by, told });
    const send = made?.ok ? made.request : request;
    const expected = made?.ok ? "accepted" : "refused";
    rows.push(row("redirect", one, expected, send), row("method_mismatch", one, expected, send));
    if (one === method) rows.push(fromMade({ case: "valid_scheduler", variant: label, expected: "accepted" }, made));
  }
  const small = await genuine(caller, blank(method, probeUrl), { ...by, told });
  const bearer = small?.ok ? small.request.headers["authorization"] : undefined;
  // RFC 9110, section 11.1: the name of a scheme has no case, and some callers write it small.
  if (small?.ok && bearer?.startsWith("Bearer ")) {
    const headers = { ...small.request.headers, authorization: bearer.replace(/^Bearer/, "bearer") };
    const send = { ...small.request, headers };
    rows.push({ ...row("valid_scheduler", `${label}, bearer in small letters`, "accepted", send), courtesy: true });
  }
  const next = await withNextSecret(caller, blank(method, probeUrl), by);
  if (next?.ok && caller.kind === contract.kind) rows.push(row("valid_scheduler", `${label}, next secret`, "accepted", next.request)); // biome-ignore format: one row
  if (manual) {
    const made = await genuine(manual, blank(methodOf(manual.kind, probeMethods), probeUrl), by);
    rows.push(fromMade({ case: "valid_manual", variant: contractOf(manual.kind).label, expected: "accepted" }, made));
  } else {
    rows.push(without("valid_manual", "by hand", "accepted", { reason: "not_applicable", because: "The route has no manual door." })); // biome-ignore format: one row
  }
  return rows;
}

/** Every row, in the order in which they are tried. */
export async function planMatrix(route: MatrixRoute, by: MakeDeps): Promise<readonly Planned[]> {
  return [...(await mustBeRefused(route, by)), ...(await mustBeAccepted(route, by))];
}

/** What came of a row that was tried. */
export interface Tried {
  readonly read: ReadAnswer;
  readonly status: number | null;
  readonly durationMs: number;
  /** For two equal requests: what came of the first. */
  readonly first?: ReadAnswer;
}

function gotOf({ code, layer }: ReadAnswer, status: number | null): Got {
  if (code === "not_asked") return "not_asked";
  if (layer === "net") return "no_answer";
  if (code === "gate_refused" || code === "refused_elsewhere") return "refused";
  if (status !== null && status >= 300 && status < 400) return "redirected";
  if (status !== null && status >= 200 && status < 300) return "accepted";
  return "failed";
}

const coded = ({ code, sub }: ReadAnswer): string => (sub === null ? code : `${code}:${sub}`);
const ACCEPTED: ReadonlySet<string> = new Set(["gate_admitted", "answered"]);

/** Whether a row is as it should be, and by which code. */
function verdictOf(
  planned: Planned,
  tried: Tried,
  gateSeen: boolean,
): Pick<CaseResult, "passed" | "reason" | "sentence"> {
  const { read } = tried;
  const told = (passed: boolean | null, reason = coded(read), sentence = read.sentence) => ({
    passed,
    reason,
    sentence,
  });
  const got = gotOf(read, tried.status);
  if (planned.case === "redirect") {
    const elsewhere =
      read.code === "redirect" || read.code === "platform_protection" || read.code === "html_instead_of_json";
    return told(!elsewhere && got !== "no_answer" && got !== "not_asked");
  }
  if (planned.case === "method_mismatch") return told(read.code !== "method_not_allowed" && got !== "no_answer" && got !== "not_asked"); // biome-ignore format: one line
  if (planned.twice && tried.first && !ACCEPTED.has(tried.first.code))
    return told(false, coded(tried.first), `Nothing can be said of a replay, since the first was not let in. ${tried.first.sentence}`); // biome-ignore format: one line
  if (planned.expected === "refused") {
    if (planned.elsewhere && got !== "not_asked" && read.code !== "fail_open")
      return told(
        true,
        read.code === "gate_refused" ? (read.sub ?? "refused") : coded(read),
        "Nobody is let in that way.",
      );
    if (read.code === "gate_refused") return told(true, read.sub ?? "refused");
    // Where other answers carry our signature, a refusal without it says nothing of our gate.
    if (read.code === "refused_elsewhere" && !gateSeen) return told(true);
    return told(false);
  }
  if (planned.courtesy && !gateSeen && got === "refused")
    return told(null, "not_applicable", "The application wants Bearer with a capital letter, as its caller writes it; by RFC 9110 the name of a scheme has no case."); // biome-ignore format: one line
  if (read.code === "gate_admitted") return told(true, "admitted");
  if (read.code === "gate_refused") return told(false, read.sub ?? "refused");
  if (got !== "accepted" || !ACCEPTED.has(read.code)) return told(false);
  if (gateSeen) return told(false, "gate_bypassed", "The answer is not signed, though the gate signs others: this way leads past the gate."); // biome-ignore format: one line
  return told(true);
}

/** @param gateSeen whether any answer of this matrix was signed by the route's gate */
export function resultOf(planned: Planned, tried: Tried | null, gateSeen: boolean): CaseResult {
  const base = { case: planned.case, variant: planned.variant, expected: planned.expected };
  if (planned.instead || tried === null) {
    const reason = planned.instead?.reason ?? "not_asked";
    const sentence = planned.instead?.because ?? "There was no time left to ask.";
    const passed = reason === "not_applicable" || reason === "cannot_be_made" ? null : false;
    return { ...base, got: "not_asked", status: null, reason, sentence, passed, durationMs: 0 };
  }
  const { status, durationMs } = tried;
  return { ...base, got: gotOf(tried.read, status), status, ...verdictOf(planned, tried, gateSeen), durationMs };
}

/** A text without any of the secrets, in whatever form they may have come back. */
export function scrubbed(text: string, secrets: readonly string[]): string {
  const forms = secrets
    .filter((secret) => secret.length >= 4)
    .flatMap((secret) => {
      const base64 = btoa(String.fromCharCode(...new TextEncoder().encode(secret))).replace(/=+$/, "");
      return [secret, encodeURIComponent(secret), base64, base64.replaceAll("+", "-").replaceAll("/", "_")];
    });
  return [...new Set(forms)]
    .sort((a, b) => b.length - a.length)
    .reduce((left, form) => left.replaceAll(form, "…"), text);
}
