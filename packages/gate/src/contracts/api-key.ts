import type { Contract, Deps, RequestParts, Verdict } from "./contract.ts";
import { refused } from "./contract.ts";
import { type ConfigOf, nextSecret, optionalHeader, secret } from "./fields.ts";
import { made } from "./made.ts";
import { judgeSecret, slotsOf } from "./secrets.ts";

const fields = {
  header: optionalHeader("the header that carries the key", "x-api-key"),
  secret: secret("the key"),
  nextSecret: nextSecret("key"),
} as const;
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

const headerOf = (config: ApiKeyConfig): string => (config.header ?? fields.header.fallback).toLowerCase();

export const apiKey: Contract<ApiKeyConfig> = {
  kind: "api-key",
  label: "API key",
  expects: (config) => `an API key in ${headerOf(config)}`,
  carries: "an API key",
  fields,
  expectedShape: (config) => ({
    headers: [headerOf(config)],
    scheme: null,
    proof: `${headerOf(config)}: <key>`,
    covers: [],
  }),
  readsBody: () => false,
  verify: (request, config, deps) => judgeKey(request, { ...config, header: headerOf(config) }, deps),
  make: async (config, request) => made(request, { [headerOf(config)]: config.secret ?? "" }),
  resembles: (shape) => (shape.credentials.some(({ form }) => form === "api-key") ? { by: "proof", weight: 1 } : null),
  told: () => ({}),
  hints: [],
  limits: ["It covers neither URL, body nor time: whoever reads it once can use it again anywhere it is valid."],
};
