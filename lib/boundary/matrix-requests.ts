/** Requests for the matrix: genuine ones as a platform makes them, and everything that is nearly genuine. Pure. */
import type { AnyConfig, Deps, Made, RequestToMake } from "#gate/contracts/contract.ts";
import { CONTRACT_KINDS } from "#gate/contracts/kinds.ts";
import { type ContractConfig, contractOf } from "#gate/contracts/register.ts";
import { configProblem, secretsOf } from "#gate/contracts/secrets.ts";
import { toBase64, toBase64Url, utf8 } from "#gate/crypto/encoding.ts";
import { OTHER_PLATFORMS } from "#gate/shape/platforms.ts";

export interface ToSend {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type MakeDeps = Pick<Deps, "now" | "crypto">;

const BODY = '{"rollcall":"probe"}';
const WITHOUT_BODY = new Set(["GET", "HEAD", "OPTIONS", "DELETE"]);

export const hasBody = (method: string): boolean => !WITHOUT_BODY.has(method);

/** What is asked of the probe path with one method, before anybody signs it. */
export function blank(method: string, url: string): ToSend {
  return hasBody(method)
    ? { method, url, headers: { "content-type": "application/json" }, body: utf8(BODY) }
    : { method, url, headers: {}, body: new Uint8Array() };
}

/** As the platform makes it; `null` where its configuration is not fit to make anything. */
export async function genuine(
  config: ContractConfig,
  request: ToSend,
  by: MakeDeps & Pick<RequestToMake, "told">,
): Promise<Made | null> {
  const contract = contractOf(config.kind);
  if (configProblem(contract, config)) return null;
  return made(config, request, by);
}

/** Whatever its configuration: for what has to be refused. */
async function made(
  config: ContractConfig,
  request: ToSend,
  by: MakeDeps & Pick<RequestToMake, "told">,
): Promise<Made | null> {
  try {
    return await contractOf(config.kind).make(
      config as AnyConfig,
      { ...request, ...(by.told ? { told: by.told } : {}) },
      by,
    );
  } catch {
    // A key that this contract cannot even sign with proves nothing.
    return null;
  }
}

const withFields = (config: ContractConfig, fields: Readonly<Record<string, string>>): ContractConfig =>
  ({ ...config, ...fields }) as ContractConfig;

/** The names of the secrets that a contract has set, without those of the next slot. */
const currentSecrets = (config: ContractConfig): readonly string[] =>
  Object.entries(contractOf(config.kind).fields).flatMap(([name, field]) =>
    field.type === "secret" &&
    !name.startsWith("next") &&
    typeof (config as unknown as Record<string, unknown>)[name] === "string"
      ? [name]
      : [],
  );

/** The same form and length, and another value: what it begins with says how it is to be read. */
function otherSecret(secret: string): string {
  const [prefix = ""] = /^(?:whsec_|sig_|signkey-\w+-|sb_secret_)?/.exec(secret) ?? [];
  const digits = "0123456789abcdef";
  const shift = secret.endsWith(digits[(secret.length - prefix.length - 1) % 16] ?? "") ? 7 : 0;
  const rest = Array.from({ length: Math.max(1, secret.length - prefix.length) }, (_, i) => digits[(i + shift) % 16]);
  return `${prefix}${rest.join("")}`;
}

/** A request that is genuine but for its secret. */
export async function withSecret(
  config: ContractConfig,
  request: ToSend,
  by: MakeDeps & { readonly secret: string | "other" },
): Promise<Made | null> {
  const names = currentSecrets(config);
  if (names.length === 0) return null;
  const values = config as unknown as Record<string, string>;
  const fields = Object.fromEntries(
    names.map((name) => [name, by.secret === "other" ? otherSecret(values[name] ?? "") : by.secret]),
  );
  return made(withFields(config, fields), request, by);
}

/** The same with the secret of the next slot as the present one; `null` where there is none. */
export async function withNextSecret(config: ContractConfig, request: ToSend, by: MakeDeps): Promise<Made | null> {
  const values = config as unknown as Record<string, unknown>;
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(values)) {
    if (!name.startsWith("next") || typeof value !== "string") continue;
    const bare = `${name.charAt(4).toLowerCase()}${name.slice(5)}`;
    const current = `current${name.slice(4)}`;
    const own = contractOf(config.kind).fields;
    if (Object.hasOwn(own, current)) fields[current] = value;
    else if (Object.hasOwn(own, bare)) fields[bare] = value;
  }
  return Object.keys(fields).length === 0 ? null : made(withFields(config, fields), request, by);
}

/** The right secret where it does not count: another header, the password of Basic. Never the address, which is logged. */
export function misplaced(
  config: ContractConfig,
  request: ToSend,
): readonly { readonly variant: string; readonly send: ToSend }[] {
  const contract = contractOf(config.kind);
  if (!contract.secretTravels || configProblem(contract, config)) return [];
  const [secret] = secretsOf(contract, config);
  const { headers, scheme } = contract.expectedShape(config);
  if (!secret) return [];
  const put = (name: string, value: string): ToSend => ({ ...request, headers: { ...request.headers, [name]: value } });
  return [
    ...(headers.includes("x-cron-secret")
      ? []
      : [{ variant: "in x-cron-secret", send: put("x-cron-secret", secret.value) }]),
    ...(scheme === "Basic"
      ? []
      : [
          {
            variant: "as password of Basic",
            send: put("authorization", `Basic ${toBase64(utf8(`cron:${secret.value}`))}`),
          },
        ]),
  ];
}

const AGENTS: Readonly<Record<string, string>> = {
  "vercel-cron": "vercel-cron/1.0",
  "cron-job.org": "Mozilla/4.0 (compatible; cron-job.org; http://cron-job.org/abuse/)",
  EasyCron: "EasyCron/1.0 (https://www.easycron.com/)",
  "AppEngine-Google": "AppEngine-Google; (+http://code.google.com/appengine)",
};
const VALUES: Readonly<Record<string, string>> = {
  "x-cloudscheduler": "true",
  "x-appengine-cron": "true",
  "x-nf-event": "schedule",
  "upstash-message-id": "msg_rollcall_probe",
  "upstash-retried": "0",
};

/** What each platform sends that anyone can type, all of it together: whoever believes any of it lets it in. */
export function hints(
  request: ToSend,
  expression: string | null,
): readonly { readonly variant: string; readonly send: ToSend }[] {
  const platforms = [
    ...CONTRACT_KINDS.map((kind) => ({ platform: contractOf(kind).label, hints: contractOf(kind).hints })),
    ...OTHER_PLATFORMS,
  ].filter((one) => one.hints.agent !== undefined || (one.hints.headers?.length ?? 0) > 0);
  const value = (name: string): string =>
    name === "x-vercel-cron-schedule" ? (expression ?? "0 5 * * *") : (VALUES[name] ?? "1");
  const rows = platforms.map(({ platform, hints: its }) => ({
    variant: platform,
    send: {
      ...request,
      headers: {
        ...request.headers,
        ...(its.agent === undefined ? {} : { "user-agent": AGENTS[its.agent] ?? its.agent }),
        ...Object.fromEntries((its.headers ?? []).map((name) => [name, value(name)])),
      },
    },
  }));
  // Next.js up to 15.2 skipped its middleware for whoever sends this (CVE-2025-29927).
  const subrequest = Array.from({ length: 5 }, () => "middleware").join(":");
  return [
    ...rows,
    { variant: "x-middleware-subrequest", send: { ...request, headers: { ...request.headers, "x-middleware-subrequest": subrequest } } }, // biome-ignore format: one row
  ];
}

/** Tokens that say all the right things and are signed by nobody, or by somebody else. */
export function forgedTokens(
  config: ContractConfig,
  request: ToSend,
  now: number,
): readonly { readonly variant: string; readonly send: ToSend }[] {
  const options = config as unknown as Record<string, unknown>;
  const text = (name: string, fallback: string): string =>
    typeof options[name] === "string" ? options[name] : fallback;
  const at = Math.floor(now / 1_000);
  const times = { iat: at, nbf: at, exp: at + 300 };
  let claims: Readonly<Record<string, unknown>>;
  switch (config.kind) {
    case "google-oidc": {
      const email = text("serviceAccountEmail", "");
      claims = {
        iss: "https://accounts.google.com",
        aud: text("audience", request.url),
        email,
        email_verified: true,
        ...times,
      };
      break;
    }
    case "github-oidc": {
      const repository = text("repository", "");
      claims = { iss: "https://token.actions.githubusercontent.com", aud: text("audience", ""), repository, event_name: "schedule", sub: `repo:${repository}:ref:refs/heads/main`, jti: "rollcall-probe", ...times }; // biome-ignore format: one line
      break;
    }
    case "kubernetes-token":
      claims = { iss: text("issuer", ""), aud: [text("audience", "")], sub: text("subject", ""), ...times };
      break;
    default:
      return [];
  }
  const part = (value: unknown): string => toBase64Url(utf8(JSON.stringify(value)));
  const token = (alg: string, signature: string): string => `${part({ alg, typ: "JWT", kid: "rollcall-probe" })}.${part(claims)}.${signature}`; // biome-ignore format: one line
  const send = (value: string): ToSend => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${value}` },
  });
  return [
    { variant: "token with alg none", send: send(token("none", "")) },
    { variant: "token signed by nobody", send: send(token("RS256", toBase64Url(new Uint8Array(256)))) },
  ];
}
