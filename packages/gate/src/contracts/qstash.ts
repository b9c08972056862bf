/**
 * Upstash QStash: `Upstash-Signature` is a JWT (HS256) under the signing key as text, good for five minutes, for one URL
 * and one body (upstash.com/docs/qstash/howto/signature). Upstash's own receiver leaves the URL out unless it is told
 * it, remembers no id, and hides an expired token behind "signature verification failed"; here each is named.
 */
import { fromBase64, toBase64Url, utf8 } from "../crypto/encoding.ts";
import { TOKEN_TOLERANCE_SECONDS } from "./clock.ts";
import { type About, type Deps, type Refused, type RequestParts, type Rule, refused, type Told } from "./contract.ts";
import { type ConfigOf, NEXT_KEY, nextSecret, secret } from "./fields.ts";
import { made } from "./made.ts";
import { once } from "./replay.ts";
import { admittedBy, slotsOf } from "./secrets.ts";
import { digestProblem, judgeSigned, NO_BODY, type Signing } from "./signature.ts";
import { claimText, differenceOfUrls, issuerProblem, readToken, shownUrl, timesProblem } from "./token.ts";

const fields = { currentSigningKey: secret(), nextSigningKey: nextSecret() } as const;
export type QstashConfig = ConfigOf<"qstash", typeof fields>;

const HEADER = "upstash-signature";
/** The signature of a token covers its first two parts, whatever the body. */
const signingOf = (token: string): Signing => ({
  hash: "sha256",
  encoding: "base64",
  key: utf8,
  input: () => utf8(token.slice(0, token.lastIndexOf("."))),
});

const EXECUTION = /^[\w-]{1,200}$/;

function subjectProblem(subject: string | null, url: string): Refused | null {
  if (subject === url) return null;
  const part = subject === null ? null : differenceOfUrls(url, subject);
  if (subject !== null && part === null && URL.canParse(subject)) return null;
  return refused(
    "wrong_subject",
    `${part ?? "none"}: signed for ${shownUrl(subject ?? "none")}, arrived at ${shownUrl(url)}`,
  );
}

async function bodyProblem(claim: string | null, request: RequestParts, deps: Deps): Promise<Refused | null> {
  const expected = claim === null ? null : fromBase64(claim);
  return expected === null ? refused("claim_mismatch", "body: missing") : digestProblem(expected, request.body, deps);
}

function toldIn(request: RequestParts): Told {
  const id = request.headers["upstash-message-id"];
  const schedule = request.headers["upstash-schedule-id"];
  return {
    ...(id !== undefined && EXECUTION.test(id) ? { executionId: id } : {}),
    ...(schedule !== undefined && EXECUTION.test(schedule) ? { schedule } : {}),
  };
}

export const qstash: Rule<QstashConfig> = {
  kind: "qstash",
  fields,
  expectedShape: () => ({
    headers: [HEADER],
    scheme: null,
  }),
  secretTravels: false,
  readsBody: () => true,
  async verify(request, config, deps) {
    const token = request.headers[HEADER];
    if (token === undefined) return refused("missing_credentials");
    const read = readToken(token);
    if (!read) return refused("malformed_credentials", "not_a_jwt");
    const algorithm = claimText(read.header, "alg");
    if (algorithm !== "HS256")
      return refused("algorithm_not_allowed", `presented ${(algorithm ?? "none").slice(0, 10)}, expected HS256`);
    const signature = token.slice(token.lastIndexOf(".") + 1);
    const slots = slotsOf(config.currentSigningKey, config.nextSigningKey);
    const found = await judgeSigned(signingOf(token), [signature], { slots, body: NO_BODY }, deps);
    if ("reason" in found) return found;
    const { claims } = read;
    const wrong =
      issuerProblem(claims, ["Upstash"]) ??
      timesProblem(claims, { now: deps.now }) ??
      subjectProblem(claimText(claims, "sub"), request.url) ??
      (await bodyProblem(claimText(claims, "body"), request, deps));
    if (wrong) return wrong;
    const verdict = admittedBy(found.slot);
    const presented = {
      kind: "qstash",
      id: claimText(claims, "jti") ?? signature,
      forMs: (300 + 2 * TOKEN_TOLERANCE_SECONDS) * 1_000,
    };
    return once(verdict.outcome === "admitted" ? { ...verdict, told: toldIn(request) } : verdict, presented, deps);
  },
  told: toldIn,
  hints: { agent: "Upstash-QStash", headers: ["upstash-message-id", "upstash-schedule-id", "upstash-retried"] },
};

export const aboutQstash: About<QstashConfig> = {
  options: {
    currentSigningKey: "the current signing key, sig_…",
    nextSigningKey: NEXT_KEY,
  },
  label: "Upstash QStash",
  proof: () => "a JWT (HS256) for this URL and body, good for five minutes",
  covers: () => ["url", "body", "time", "id"],
  expects: () => "the signature that QStash sends in Upstash-Signature",
  carries: "a signature as QStash sends it",
  async make(config, request, deps) {
    const body = request.body ?? new Uint8Array();
    const at = Math.floor(deps.now / 1_000);
    const part = (value: unknown): string => toBase64Url(utf8(JSON.stringify(value)));
    const claims = {
      iss: "Upstash",
      sub: request.url,
      exp: at + 300,
      nbf: at,
      iat: at,
      jti: `jwt_${crypto.randomUUID()}`,
      body: toBase64Url(await deps.crypto.digest("sha256", body)),
    };
    const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
    const signature = await deps.crypto.hmac("sha256", utf8(config.currentSigningKey ?? ""), utf8(signed));
    return made(request, {
      "user-agent": "Upstash-QStash",
      "upstash-message-id": request.told?.executionId ?? `msg_${crypto.randomUUID()}`,
      "upstash-retried": "0",
      ...(request.told?.schedule === undefined ? {} : { "upstash-schedule-id": request.told.schedule }),
      [HEADER]: `${signed}.${toBase64Url(signature)}`,
    });
  },
  resembles: (shape) => {
    if (shape.credentials.some(({ form }) => form === "qstash-token")) return { by: "proof", weight: 6 };
    return shape.hints.some(({ of }) => of === "qstash") ? { by: "hint", weight: 1 } : null;
  },
  limits: [
    "The token is bound to a URL as QStash wrote it: behind a proxy the gate has to be told its public origin.",
    "Rolling the keys twice without deploying in between refuses every message.",
  ],
};
