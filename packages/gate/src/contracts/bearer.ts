import { bearerOf } from "./authorization.ts";
import type { Contract, Deps, RequestParts, RequestToMake, Verdict } from "./contract.ts";
import { type ConfigOf, nextSecret, secret } from "./fields.ts";
import { made } from "./made.ts";
import { judgeSecret, slotsOf } from "./secrets.ts";

const fields = { secret: secret("the secret after Bearer"), nextSecret: nextSecret() } as const;
export type BearerConfig = ConfigOf<"bearer", typeof fields>;

/** The verdict over `Authorization: Bearer <secret>`, for every contract that is at heart one. */
export async function judgeBearer(
  request: RequestParts,
  slots: { readonly secret: string | undefined; readonly nextSecret?: string | undefined },
  deps: Deps,
): Promise<Verdict> {
  const found = bearerOf(request);
  return "refused" in found ? found.refused : judgeSecret(found.token, slotsOf(slots.secret, slots.nextSecret), deps);
}

export const makeBearer = (
  secret: string | undefined,
  request: RequestToMake,
  headers: Readonly<Record<string, string>> = {}, // biome-ignore format: one line
) => made(request, { ...headers, authorization: `Bearer ${secret ?? ""}` });

export const BEARER_SHAPE = {
  headers: ["authorization"],
  scheme: "Bearer",
  proof: "Authorization: Bearer <secret>",
  covers: [],
} as const;

export const bearer: Contract<BearerConfig> = {
  kind: "bearer",
  label: "Bearer secret",
  expects: () => "a bearer secret in Authorization",
  carries: "a bearer secret",
  fields,
  expectedShape: () => BEARER_SHAPE,
  readsBody: () => false,
  verify: judgeBearer,
  make: async (config, request) => makeBearer(config.secret, request),
  resembles: (shape) =>
    shape.credentials.some(({ form }) => form === "bearer-secret") ? { by: "proof", weight: 1 } : null,
  told: () => ({}),
  hints: [],
  limits: ["It covers neither URL, body nor time: whoever reads it once can use it again anywhere it is valid."],
};
