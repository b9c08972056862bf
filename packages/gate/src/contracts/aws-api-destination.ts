/**
 * AWS EventBridge with an API destination: the connection's API key, Basic or OAuth, and the event as JSON
 * (docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html). EventBridge Scheduler reaches HTTP only
 * by an event bus whose rule has such a target.
 */
import { textOf } from "../crypto/encoding.ts";
import { judgeKey } from "./api-key.ts";
import { judgeBasic, makeBasic } from "./basic.ts";
import { type About, cannotBeMade, type RequestParts, type Rule, type Told } from "./contract.ts";
import { type ConfigOf, headerOf, nextSecret, optionalHeader, optionalSecret, optionalText, optionalUrl, requiredChoice } from "./fields.ts"; // biome-ignore format: one line
import { issuedToken } from "./issued-token.ts";
import { made } from "./made.ts";

const fields = {
  scheme: requiredChoice(["api-key", "basic", "oauth"]),
  header: optionalHeader("x-api-key"),
  secret: optionalSecret(),
  nextSecret: nextSecret(),
  username: optionalText(),
  password: optionalSecret(),
  nextPassword: nextSecret(),
  issuer: optionalText(),
  audience: optionalText(),
  jwksUrl: optionalUrl(),
} as const;
export type AwsApiDestinationConfig = ConfigOf<"aws-api-destination", typeof fields>;

const NEEDS = {
  "api-key": ["secret"],
  basic: ["username", "password"],
  oauth: ["issuer", "audience", "jwksUrl"],
} as const;

/** Which words an event may put into a decision: its id, its time, its rule. */
function eventOf(request: RequestParts): Told {
  if (!(request.body instanceof Uint8Array) || request.body.length > 262_144) return {};
  let event: unknown;
  try {
    event = JSON.parse(textOf(request.body) ?? "");
  } catch {
    return {};
  }
  if (typeof event !== "object" || event === null) return {};
  const { id, time, resources } = event as Readonly<Record<string, unknown>>;
  const at = typeof time === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time) ? Date.parse(time) : Number.NaN;
  const rule: unknown = Array.isArray(resources) ? resources[0] : undefined;
  return {
    ...(typeof id === "string" && /^[0-9a-f-]{36}$/i.test(id) ? { executionId: id } : {}),
    ...(Number.isNaN(at) ? {} : { scheduledFor: at }),
    ...(typeof rule === "string" && /^arn:[\w:/.-]{1,500}$/.test(rule) ? { schedule: rule } : {}),
  };
}

export const awsApiDestination: Rule<AwsApiDestinationConfig> = {
  kind: "aws-api-destination",
  fields,
  combined: (config) =>
    NEEDS[config.scheme].flatMap((path) =>
      config[path] === undefined ? [{ path, message: `is required with scheme ${config.scheme}` }] : [],
    ),
  expectedShape: (config) => ({
    headers: [config.scheme === "api-key" ? headerOf(config, fields) : "authorization"],
    scheme: { "api-key": null, basic: "Basic", oauth: "Bearer" }[config.scheme],
  }),
  secretTravels: true,
  readsBody: () => true,
  async verify(request, config, deps) {
    const { scheme, secret, nextSecret, username, password, nextPassword, issuer, audience, jwksUrl } = config;
    const verdict =
      scheme === "api-key"
        ? await judgeKey(request, { secret, nextSecret, header: headerOf(config, fields) }, deps)
        : scheme === "basic"
          ? await judgeBasic(request, { username, password, nextPassword }, deps)
          : await issuedToken(
              request,
              { issuers: [issuer ?? ""], audience: audience ?? "", jwksUrl: jwksUrl ?? "", algorithms: ["RS256", "ES256"] }, // biome-ignore format: one line
              deps,
            );
    if ("refused" in verdict) return verdict.refused;
    if ("claims" in verdict) return { outcome: "admitted", reason: "admitted", detail: null, told: eventOf(request) };
    return verdict.outcome === "admitted" ? { ...verdict, told: eventOf(request) } : verdict;
  },
  told: eventOf,
  hints: { agent: "Amazon/EventBridge" },
};

export const aboutAwsApiDestination: About<AwsApiDestinationConfig> = {
  options: {
    scheme: "how the connection authorises",
    header: "api-key: the header that carries it",
    secret: "api-key: the key",
    nextSecret: "the next (or previous) key, accepted beside it while it is changed",
    username: "basic: the user name",
    password: "basic: the password",
    nextPassword: "the next (or previous) password, accepted beside it while it is changed",
    issuer: "oauth: the issuer of its access tokens",
    audience: "oauth: their audience",
    jwksUrl: "oauth: the issuer's published keys",
  },
  label: "AWS EventBridge",
  proof: (config) =>
    ({
      "api-key": `${headerOf(config, fields)}: <key>`,
      basic: "Authorization: Basic <user name and password>",
      oauth: "Authorization: Bearer <access token>",
    })[config.scheme],
  covers: (config) => (config.scheme === "oauth" ? ["time"] : []),
  expects: (config) =>
    ({
      "api-key": `the API key of an EventBridge connection in ${headerOf(config, fields)}`,
      basic: "the user name and password of an EventBridge connection",
      oauth: "an access token of an EventBridge connection",
    })[config.scheme],
  carries: "a request as an EventBridge API destination sends it",
  async make(config, request) {
    const headers = {
      "user-agent": "Amazon/EventBridge/ApiDestinations",
      range: "bytes=0-1048575",
      "accept-encoding": "gzip,deflate",
      "content-type": "application/json; charset=utf-8",
    };
    switch (config.scheme) {
      case "oauth":
        return cannotBeMade("Only the connection's issuer can sign its tokens.");
      case "basic":
        return makeBasic(config.username ?? "", config.password, { ...request, headers: { ...request.headers, ...headers } }); // biome-ignore format: one line
      case "api-key":
        return made(request, { ...headers, [headerOf(config, fields)]: config.secret ?? "" });
    }
  },
  resembles: (shape) => {
    if (!shape.hints.some(({ of }) => of === "aws-api-destination")) return null;
    return shape.credentials.some(({ form }) => ["api-key", "basic", "jwt", "bearer-secret"].includes(form))
      ? { by: "proof", weight: 4 }
      : { by: "hint", weight: 1 };
  },
  limits: [
    "A key or password covers neither URL, body nor time; the event's id and time are not signed.",
    "EventBridge waits for 5 s, and tries again after 401, 407, 409, 429 and 5xx only.",
  ],
};
