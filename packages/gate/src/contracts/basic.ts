import { toBase64, utf8 } from "../crypto/encoding.ts";
import { basicOf } from "./authorization.ts";
import type { About, Deps, RequestParts, RequestToMake, Rule, Verdict } from "./contract.ts";
import { refused } from "./contract.ts";
import { type ConfigOf, nextSecret, secret, text } from "./fields.ts";
import { made } from "./made.ts";
import { judgeSecret, same, slotsOf } from "./secrets.ts";

const fields = { username: text(), password: secret(), nextPassword: nextSecret() } as const;
export type BasicConfig = ConfigOf<"basic", typeof fields>;

/** The verdict over Basic (RFC 7617); both halves are compared, whichever is wrong. */
export async function judgeBasic(
  request: RequestParts,
  expected: {
    readonly username: string | undefined;
    readonly password: string | undefined;
    readonly nextPassword?: string | undefined;
  },
  deps: Deps,
): Promise<Verdict> {
  const found = basicOf(request);
  if ("refused" in found) return found.refused;
  const known = await same(deps.crypto, found.username, expected.username ?? "");
  const verdict = await judgeSecret(found.password, slotsOf(expected.password, expected.nextPassword), deps);
  return known || verdict.outcome === "rejected" ? verdict : refused("wrong_secret", "username");
}

export const makeBasic = (username: string, password: string | undefined, request: RequestToMake) =>
  made(request, { authorization: `Basic ${toBase64(utf8(`${username}:${password ?? ""}`))}` });

const BASIC_SHAPE = {
  headers: ["authorization"],
  scheme: "Basic",
} as const;

export const basic: Rule<BasicConfig> = {
  kind: "basic",
  fields,
  combined: (config) =>
    config.username.includes(":") ? [{ path: "username", message: "must not contain a colon (RFC 7617)" }] : [],
  expectedShape: () => BASIC_SHAPE,
  secretTravels: true,
  readsBody: () => false,
  verify: judgeBasic,
  hints: {},
};

export const aboutBasic: About<BasicConfig> = {
  options: {
    username: "the user name",
    password: "the password",
    nextPassword: "the next (or previous) password, accepted beside it while it is changed",
  },
  label: "Basic authentication",
  proof: () => "Authorization: Basic <user name and password>",
  covers: () => [],
  expects: () => "a user name and password (Basic) in Authorization",
  carries: "a user name and password (Basic)",
  make: async (config, request) => makeBasic(config.username, config.password, request),
  resembles: (shape) => (shape.credentials.some(({ form }) => form === "basic") ? { by: "proof", weight: 2 } : null),
  limits: [
    "It covers neither URL, body nor time.",
    "It takes the one Authorization header: a site that is itself behind a password cannot have both.",
  ],
};
