import { bearerOf } from "./authorization.ts";
import type { About, Deps, RequestParts, RequestToMake, Rule, Verdict } from "./contract.ts";
import { type ConfigOf, NEXT_SECRET, nextSecret, secret } from "./fields.ts";
import { made } from "./made.ts";
import { judgeSecret, slotsOf } from "./secrets.ts";

const fields = { secret: secret(), nextSecret: nextSecret() } as const;
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
} as const;

export const bearer: Rule<BearerConfig> = {
  kind: "bearer",
  fields,
  expectedShape: () => BEARER_SHAPE,
  secretTravels: true,
  readsBody: () => false,
  verify: judgeBearer,
  hints: {},
};

export const aboutBearer: About<BearerConfig> = {
  options: {
    secret: "the secret after Bearer",
    nextSecret: NEXT_SECRET,
  },
  label: "Bearer secret",
  proof: () => "Authorization: Bearer <secret>",
  covers: () => [],
  expects: () => "a bearer secret in Authorization",
  carries: "a bearer secret",
  make: async (config, request) => makeBearer(config.secret, request),
  resembles: (shape) =>
    shape.credentials.some(({ form }) => form === "bearer-secret") ? { by: "proof", weight: 1 } : null,
  limits: ["It covers neither URL, body nor time: whoever reads it once can use it again anywhere it is valid."],
};
