/**
 * What each kind of contract may be told from outside (api.md, Protected route), in one register. A secret that is left
 * out stays; `null` takes it away.
 */
import { z } from "zod";
import { line, storable, webUrl } from "#lib/input/schema.ts";

/** As it was read: it stays, set or not. */
const kept = z.object({ set: z.boolean(), length: z.int().optional(), updatedAt: z.string().nullable().optional() });

/** What a template or a shell left behind instead of a secret: it can never be one (contracts.md, section 0). */
const LEFT_BEHIND =
  /^(?:undefined|null|nan|none|\[object Object\]|\$\w+|\$\{[^}]*\}|\{\{[^}]*\}\}|%\w+%|process\.env\.\w+)$/i;

const given = z
  .string()
  .max(4_000, { message: "must have 4000 characters at most" })
  .refine((value) => value.trim() !== "", { message: "must not be empty" })
  .refine((value) => storable(value) && !/[\r\n]/.test(value.trim()), { message: "must be one line of text" })
  .refine((value) => !LEFT_BEHIND.test(value.trim()), {
    message: "is what a template leaves behind where the secret was missing, not a secret",
  });
export const secret = z.union([given, kept]).nullable().optional();
export type GivenSecret = z.output<typeof secret>;

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, { message: "must be a header's name" })
  .transform((name) => name.toLowerCase());
const audience = line(2_000);
const issuer = webUrl.refine((url) => url.startsWith("https://"), { message: "must begin with https://" });
const jwksUrl = issuer;

const options = <const Kind extends string, Fields extends Readonly<Record<string, z.ZodType>>>(
  kind: Kind,
  fields: Fields,
) => z.object({ kind: z.literal(kind), ...fields });

/** One line a kind; a second secret is the one that follows, while senders change over. */
const FAMILY = {
  rollcall: options("rollcall", {}),
  "vercel-cron": options("vercel-cron", { secret, nextSecret: secret }),
  "google-oidc": options("google-oidc", { audience, serviceAccountEmail: line(320), jwksUrl: jwksUrl.optional() }),
  "aws-api-destination": options("aws-api-destination", {
    scheme: z.enum(["api-key", "basic", "oauth"]),
    header: headerName.optional(),
    username: line(500).optional(),
    secret,
    password: secret,
    nextSecret: secret,
    nextPassword: secret,
  }),
  qstash: options("qstash", { currentSigningKey: secret, nextSigningKey: secret }),
  inngest: options("inngest", { signingKey: secret, nextSigningKey: secret }),
  "standard-webhooks": options("standard-webhooks", { secret, nextSecret: secret }),
  "github-oidc": options("github-oidc", { audience, repository: line(300), jwksUrl: jwksUrl.optional() }),
  "kubernetes-token": options("kubernetes-token", { issuer, audience, subject: line(500), jwksUrl }),
  supabase: options("supabase", { secret, nextSecret: secret }),
  "timestamped-hmac": options("timestamped-hmac", {
    secret,
    nextSecret: secret,
    header: headerName.default("x-signature"),
  }),
  hmac: options("hmac", {
    secret,
    nextSecret: secret,
    header: headerName.default("x-signature"),
    algorithm: z.enum(["sha256", "sha512", "sha1"]).default("sha256"),
    encoding: z.enum(["hex", "base64"]).default("hex"),
  }),
  bearer: options("bearer", { secret, nextSecret: secret }),
  basic: options("basic", { username: line(500), password: secret, nextPassword: secret }),
  "api-key": options("api-key", { header: headerName.default("x-api-key"), secret, nextSecret: secret }),
} as const;

export const CONTRACT_KINDS = Object.keys(FAMILY) as readonly (keyof typeof FAMILY)[];
export type ContractKind = keyof typeof FAMILY;

export const contract = z
  .discriminatedUnion("kind", [
    FAMILY.rollcall,
    FAMILY["vercel-cron"],
    FAMILY["google-oidc"],
    FAMILY["aws-api-destination"],
    FAMILY.qstash,
    FAMILY.inngest,
    FAMILY["standard-webhooks"],
    FAMILY["github-oidc"],
    FAMILY["kubernetes-token"],
    FAMILY.supabase,
    FAMILY["timestamped-hmac"],
    FAMILY.hmac,
    FAMILY.bearer,
    FAMILY.basic,
    FAMILY["api-key"],
  ])
  .meta({ id: "Contract", description: "How a request proves that it is genuine." });
export type GivenContract = z.output<typeof contract>;

/** The fields of a kind that are secrets. */
export const secretFields = (kind: ContractKind): readonly string[] =>
  Object.entries(FAMILY[kind].shape).flatMap(([name, schema]) => ((schema as z.ZodType) === secret ? [name] : []));
