import type { About, Deps, RequestParts, Rule, Verdict } from "./contract.ts";
import { refused } from "./contract.ts";
import { type ConfigOf, headerOf, nextSecret, optionalHeader, secret } from "./fields.ts";
import { made } from "./made.ts";
import { judgeSecret, slotsOf } from "./secrets.ts";

const fields = { header: optionalHeader("x-api-key"), secret: secret(), nextSecret: nextSecret() } as const;
export type ApiKeyConfig = ConfigOf<"api-key", typeof fields>;

/** The verdict over a secret that is the whole value of a header. */
export async function judgeKey(
  request: RequestParts,
  expected: {
    readonly header: string;
    readonly secret: string | undefined;
    readonly nextSecret?: string | undefined;
  },
  deps: Deps,
): Promise<Verdict> {
  const value = request.headers[expected.header.toLowerCase()];
  if (value === undefined) return refused("missing_credentials");
  return judgeSecret(value, slotsOf(expected.secret, expected.nextSecret), deps);
}

export const apiKey: Rule<ApiKeyConfig> = {
  kind: "api-key",
  fields,
  expectedShape: (config) => ({
    headers: [headerOf(config, fields)],
    scheme: null,
  }),
  secretTravels: true,
  readsBody: () => false,
  verify: (request, config, deps) => judgeKey(request, { ...config, header: headerOf(config, fields) }, deps),
  hints: {},
};

export const aboutApiKey: About<ApiKeyConfig> = {
  options: {
    header: "the header that carries the key",
    secret: "the key",
    nextSecret: "the next (or previous) key, accepted beside it while it is changed",
  },
  label: "API key",
  proof: (config) => `${headerOf(config, fields)}: <key>`,
  covers: () => [],
  expects: (config) => `an API key in ${headerOf(config, fields)}`,
  carries: "an API key",
  make: async (config, request) => made(request, { [headerOf(config, fields)]: config.secret ?? "" }),
  resembles: (shape) => (shape.credentials.some(({ form }) => form === "api-key") ? { by: "proof", weight: 1 } : null),
  limits: ["It covers neither URL, body nor time: whoever reads it once can use it again anywhere it is valid."],
};
