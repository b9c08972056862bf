/** The only reader of the environment, parsed once when the process starts. */
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import ipaddr from "ipaddr.js";
import { z } from "zod";
import { type FieldError, ok, type Problem, type Result, refuse } from "#lib/problem.ts";

export type Role = "all" | "web" | "engine";

/** Signing in through somebody else: an OpenID Connect provider. */
export interface OidcConfig {
  /** As the provider says it of itself, without a slash at its end. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** What the button says after “Sign in with”. */
  readonly name: string;
  /** A claim, or a path of them with dots between: `realm_access.roles`. */
  readonly roleClaim: string;
  /** Which of the claim's values makes which role; empty: roles are given inside. */
  readonly roles: readonly { readonly role: string; readonly value: string }[];
  /** Of whoever has none of these values; `null`: they are refused. */
  readonly defaultRole: string | null;
  /** Whether an address that the provider has verified opens the account of a password that has it. */
  readonly linkVerifiedEmail: boolean;
}

export interface Config {
  readonly port: number;
  readonly host: string;
  /** `null`: the embedded PostgreSQL under the data folder. */
  readonly databaseUrl: string | null;
  /** Absolute. */
  readonly dataDir: string;
  /** An origin, without a slash at its end. */
  readonly publicUrl: string;
  readonly role: Role;
  /** CIDRs whose `X-Forwarded-*` are believed. */
  readonly trustedProxies: readonly string[];
  /** The first admin; `null`: a one-time set-up link is printed. */
  readonly admin: { readonly email: string; readonly password: string } | null;
  readonly apiKey: string | null;
  readonly pingKey: string | null;
  /** Encrypts stored secrets, signs sessions and tickets. */
  readonly secret: string;
  readonly retentionDays: number;
  /** `null`: passwords only. */
  readonly oidc: OidcConfig | null;
  /** `--demo`, and how often its schedules are expected. */
  readonly demo: { readonly atStart: boolean; readonly everySeconds: number };
  readonly production: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const LOOPBACK = ["127.0.0.0/8", "::1/128"];

function cidr(text: string): string | null {
  try {
    const [address, prefix] = text.includes("/") ? ipaddr.parseCIDR(text) : [ipaddr.parse(text), null];
    return `${address.toString()}/${prefix ?? (address.kind() === "ipv4" ? 32 : 128)}`;
  } catch {
    return null;
  }
}

const wholeNumber = (from: number, to: number) =>
  z
    .string()
    .refine((text) => /^\d{1,9}$/.test(text) && Number(text) >= from && Number(text) <= to, {
      message: `must be a whole number from ${from} to ${to}`,
    })
    .transform(Number);

const databaseUrl = z.string().refine(
  (text) => {
    try {
      return ["postgres:", "postgresql:"].includes(new URL(text).protocol);
    } catch {
      return false;
    }
  },
  { message: "must look like postgresql://user:password@host:5432/database" },
);

const origin = z.string().transform((text, context) => {
  try {
    const url = new URL(text);
    const bare = url.pathname === "/" && url.search === "" && url.hash === "" && url.username === "";
    if (bare && (url.protocol === "https:" || url.protocol === "http:")) return url.origin;
  } catch {
    // said below
  }
  context.addIssue({
    code: "custom",
    message: "must be an origin such as https://rollcall.example.com, without a path",
  });
  return z.NEVER;
});

const proxies = z.string().transform((text, context) => {
  const found: string[] = [];
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const read = part === "loopback" ? LOOPBACK : part === "none" ? [] : [cidr(part)];
    for (const one of read) {
      if (one) found.push(one);
      else context.addIssue({ code: "custom", message: `must list addresses such as 10.0.0.0/8, not "${part}"` });
    }
  }
  return found;
});

const secretText = (least: number) =>
  z
    .string()
    .min(least, { message: `must have at least ${least} characters` })
    .regex(/^[\x21-\x7e]+$/, { message: "must be printable ASCII without spaces" });

/** The roles of `lib/access/actor.ts`, which stands above this file's ground. */
const ROLE_NAMES = ["viewer", "responder", "operator", "admin"] as const;

const issuer = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const local = url !== null && /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  const bare = url !== null && url.search === "" && url.hash === "" && url.username === "";
  if (url && bare && (url.protocol === "https:" || (url.protocol === "http:" && local)))
    return text.replace(/\/+$/, "");
  const message = "must be an address that begins with https://, such as https://login.example.com/realms/main";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

const roleRules = z.string().transform((text, context) => {
  const rules: { role: string; value: string }[] = [];
  for (const part of text
    .split(",")
    .map((one) => one.trim())
    .filter(Boolean)) {
    const equals = part.indexOf("=");
    const [role, value] = [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
    if (equals > 0 && value !== "" && ROLE_NAMES.some((name) => name === role)) rules.push({ role, value });
    else {
      const message = `must look like admin=ops-admins,operator=ops, with the roles ${ROLE_NAMES.join(", ")}; not "${part}"`;
      context.addIssue({ code: "custom", message });
    }
  }
  return rules;
});

const schema = z.object({
  PORT: wholeNumber(0, 65_535).default(3000),
  HOST: z
    .string()
    .regex(/^[A-Za-z0-9.:_-]+$/, { message: "must be an address or a host name" })
    .default("127.0.0.1"),
  DATABASE_URL: databaseUrl.optional(),
  ROLLCALL_DATA_DIR: z.string().optional(),
  ROLLCALL_URL: origin.optional(),
  ROLLCALL_ROLE: z.enum(["all", "web", "engine"], { message: "must be all, web or engine" }).default("all"),
  ROLLCALL_TRUSTED_PROXIES: proxies.default([...LOOPBACK]),
  ROLLCALL_ADMIN_EMAIL: z.email({ message: "must be an e-mail address" }).optional(),
  ROLLCALL_ADMIN_PASSWORD: z.string().optional(),
  ROLLCALL_API_KEY: secretText(8).optional(),
  ROLLCALL_PING_KEY: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/, { message: "must be 22 characters out of A-Z, a-z, 0-9, _ and -" })
    .optional(),
  ROLLCALL_SECRET: secretText(16).optional(),
  ROLLCALL_RETENTION_DAYS: wholeNumber(1, 3_650).default(90),
  ROLLCALL_OIDC_ISSUER: issuer.optional(),
  ROLLCALL_OIDC_CLIENT_ID: z.string().optional(),
  ROLLCALL_OIDC_CLIENT_SECRET: z.string().optional(),
  ROLLCALL_OIDC_NAME: z.string().max(60, { message: "must have at most 60 characters" }).default("OpenID"),
  ROLLCALL_OIDC_ROLE_CLAIM: z.string().default("groups"),
  ROLLCALL_OIDC_ROLES: roleRules.default([]),
  ROLLCALL_OIDC_DEFAULT_ROLE: z.enum(ROLE_NAMES, { message: `must be one of ${ROLE_NAMES.join(", ")}` }).optional(),
  ROLLCALL_OIDC_LINK: z
    .enum(["never", "verified-email"], { message: "must be never or verified-email" })
    .default("never"),
  ROLLCALL_DEMO: z.enum(["0", "1"], { message: "must be 0 or 1" }).default("0"),
  ROLLCALL_DEMO_EVERY_SECONDS: wholeNumber(5, 600).default(60),
  NODE_ENV: z.string().optional(),
});

type Values = z.output<typeof schema>;

/** All of it or nothing: half a provider is a slip that would show only when somebody cannot sign in. */
function oidcIn(value: Values): Result<OidcConfig | null> {
  const { ROLLCALL_OIDC_ISSUER: issuer, ROLLCALL_OIDC_CLIENT_ID: clientId } = value;
  const { ROLLCALL_OIDC_CLIENT_SECRET: clientSecret } = value;
  const needed = { ROLLCALL_OIDC_ISSUER: issuer, ROLLCALL_OIDC_CLIENT_ID: clientId, ROLLCALL_OIDC_CLIENT_SECRET: clientSecret }; // biome-ignore format: a list
  const [roles, defaultRole] = [value.ROLLCALL_OIDC_ROLES, value.ROLLCALL_OIDC_DEFAULT_ROLE ?? null];
  if (Object.values(needed).every((one) => one === undefined)) {
    if (roles.length === 0 && defaultRole === null) return ok(null);
    const message = "must be set too: there are roles for people of a provider, and no provider";
    return refuse(bad([{ path: "ROLLCALL_OIDC_ISSUER", message }]));
  }
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    const missing = Object.entries(needed).flatMap(([path, given]) => (given === undefined ? [path] : []));
    const message = "must be set too: signing in by OpenID Connect needs issuer, client id and client secret";
    return refuse(bad(missing.map((path) => ({ path, message }))));
  }
  if (roles.length === 0 && defaultRole === null) {
    const message = "or ROLLCALL_OIDC_DEFAULT_ROLE must be set: else nobody who signs in by the provider has a role";
    return refuse(bad([{ path: "ROLLCALL_OIDC_ROLES", message }]));
  }
  return ok({
    ...{ issuer, clientId, clientSecret, name: value.ROLLCALL_OIDC_NAME, roleClaim: value.ROLLCALL_OIDC_ROLE_CLAIM },
    ...{ roles, defaultRole, linkVerifiedEmail: value.ROLLCALL_OIDC_LINK === "verified-email" },
  });
}

const bad = (errors: readonly FieldError[]): Problem => ({
  code: "bad_configuration",
  status: 500,
  message: errors.map((error) => `${error.path} ${error.message}`).join("; "),
  doNext: "Correct the environment and start again.",
  retry: "never",
  logLevel: "error",
  errors,
});

/** The part of it that touches no file; `secret` is null where it has to come from the data folder. */
export function parseConfig(
  env: Environment,
  process: { readonly root: boolean },
): Result<Omit<Config, "secret"> & { readonly secret: string | null }> {
  // An empty variable, as composed files leave behind, is one that is not set.
  const set = Object.fromEntries(Object.keys(schema.shape).flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const read = schema.safeParse(set);
  if (!read.success) {
    return refuse(bad(read.error.issues.map(({ path, message }) => ({ path: path.join("."), message }))));
  }
  const value = read.data;
  const { ROLLCALL_ADMIN_EMAIL: email, ROLLCALL_ADMIN_PASSWORD: password } = value;
  if ((email === undefined) !== (password === undefined)) {
    const missing = email === undefined ? "ROLLCALL_ADMIN_EMAIL" : "ROLLCALL_ADMIN_PASSWORD";
    return refuse(
      bad([{ path: missing, message: "must be set too: the first admin needs an address and a password" }]),
    );
  }
  const oidc = oidcIn(value);
  if (!oidc.ok) return oidc;
  const everywhere = value.HOST === "0.0.0.0" || value.HOST === "::";
  const shown = everywhere ? "localhost" : value.HOST.includes(":") ? `[${value.HOST}]` : value.HOST;
  return ok({
    port: value.PORT,
    host: value.HOST,
    databaseUrl: value.DATABASE_URL ?? null,
    dataDir: resolve(value.ROLLCALL_DATA_DIR ?? (process.root ? "/var/lib/rollcall" : "data")),
    publicUrl: value.ROLLCALL_URL ?? `http://${shown}:${value.PORT}`,
    role: value.ROLLCALL_ROLE,
    trustedProxies: value.ROLLCALL_TRUSTED_PROXIES,
    admin: email !== undefined && password !== undefined ? { email, password } : null,
    apiKey: value.ROLLCALL_API_KEY ?? null,
    pingKey: value.ROLLCALL_PING_KEY ?? null,
    secret: value.ROLLCALL_SECRET ?? null,
    retentionDays: value.ROLLCALL_RETENTION_DAYS,
    oidc: oidc.value,
    demo: { atStart: value.ROLLCALL_DEMO === "1", everySeconds: value.ROLLCALL_DEMO_EVERY_SECONDS },
    production: value.NODE_ENV === "production",
  });
}

/** Parses the environment, and makes the data folder and its secret where they are missing. */
export function loadConfig(env: Environment = process.env): Result<Config> {
  const root = process.getuid?.() === 0;
  const parsed = parseConfig(env, { root });
  if (!parsed.ok) return parsed;
  try {
    // As root the database runs as another user, who has to pass through; what is secret has a mode of its own.
    mkdirSync(parsed.value.dataDir, { recursive: true, mode: root ? 0o711 : 0o700 });
    return ok({ ...parsed.value, secret: parsed.value.secret ?? storedSecret(join(parsed.value.dataDir, "secret")) });
  } catch (thrown) {
    const because = thrown instanceof Error ? thrown.message : String(thrown);
    return refuse(bad([{ path: "ROLLCALL_DATA_DIR", message: `cannot be used: ${because}` }]));
  }
}

/** Reads it, or makes it: whole or not at all, and the same one for two processes that start at once. */
function storedSecret(file: string): string {
  const read = (): string => {
    const text = readFileSync(file, "utf8").trim();
    if (text.length < 16) throw new Error(`${file} holds no secret; put the right one there, or delete it to lose it`);
    return text;
  };
  try {
    return read();
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT")) throw thrown;
  }
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(draft, file);
  } catch (thrown) {
    if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
  } finally {
    unlinkSync(draft);
  }
  return read();
}
