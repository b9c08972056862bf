/** Every family's ways of being wrong, over every contract of the family: none is named right by one contract alone. */
import http from "node:http";
import { SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { depsAt } from "../../testing/judging.ts";
import { BODY, GITHUB, GOOGLE, issued, JWKS_URL, KUBERNETES, NEXT_SECRET, NOW, SAMPLES, SECRET, stranger, URL_OF_ROUTE } from "../../testing/samples.ts"; // biome-ignore format: one line
import { type Decided, decide } from "../decide.ts";
import { tokens } from "../jwt.ts";
import type { Deps, RequestParts } from "./contract.ts";
import { CONTRACT_KINDS } from "./kinds.ts";
import type { ContractConfig } from "./register.ts";

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const request = (headers: Readonly<Record<string, string>>): RequestParts => ({
  ...{ method: "POST", url: URL_OF_ROUTE, headers, body: utf8(BODY) },
});
const at = (parts: RequestParts, config: ContractConfig, deps: Partial<Deps> = {}): Promise<Decided> =>
  decide(parts, { route: "r", contracts: [config] }, depsAt(deps.now ?? NOW, deps));

/** As Node's own client writes a user name and a password. */
function basicBy(auth: string): string {
  const sent = http.request({ host: "127.0.0.1", port: 9, auth });
  sent.on("error", () => {});
  const header = String(sent.getHeader("authorization"));
  sent.destroy();
  return header;
}

interface Static {
  readonly name: string;
  readonly config: ContractConfig;
  readonly place: (secret: string) => Readonly<Record<string, string>>;
}
const AWS_BASIC: ContractConfig = { kind: "aws-api-destination", scheme: "basic", username: "cron", password: SECRET, nextPassword: NEXT_SECRET }; // biome-ignore format: one line
const inBearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const inBasic = (secret: string) => ({ authorization: basicBy(`cron:${secret}`) });
const STATIC: readonly Static[] = [
  { name: "bearer", config: SAMPLES.bearer.config, place: inBearer },
  { name: "vercel-cron", config: SAMPLES["vercel-cron"].config, place: inBearer },
  { name: "supabase", config: SAMPLES.supabase.config, place: inBearer },
  { name: "basic", config: SAMPLES.basic.config, place: inBasic },
  { name: "api-key", config: SAMPLES["api-key"].config, place: (secret) => ({ "x-api-key": secret }) },
  { name: "aws-api-destination, api-key", config: SAMPLES["aws-api-destination"].config, place: (secret) => ({ "x-cron-key": secret }) }, // biome-ignore format: one line
  { name: "aws-api-destination, basic", config: AWS_BASIC, place: inBasic },
];

describe.each(STATIC)("a secret that travels as it is: $name", ({ config, place }) => {
  const sent = (secret: string) => at(request(place(secret)), config);
  test("the right one, and the other of two", async () => {
    expect(await sent(SECRET)).toMatchObject({ outcome: "admitted", reason: "admitted" });
    expect(await sent(NEXT_SECRET)).toMatchObject({ outcome: "admitted", reason: "admitted_previous_key" });
  });
  test.each([
    ["another of the same length", NEXT_SECRET.replace("X", "Y"), "wrong_secret", null],
    ["a line feed stored with it", `${SECRET}\\n`, "wrong_secret", "whitespace"],
    ["quotation marks", `"${SECRET}"`, "wrong_secret", "quoted"],
    ["a word in front", `CRON_SECRET=${SECRET}`, "wrong_secret", "prefix"],
    ["other case", SECRET.toLowerCase(), "wrong_secret", "case"],
    ["only its beginning", SECRET.slice(0, 12), "wrong_secret", "truncated"],
    ["something after it", `${SECRET}xyz`, "wrong_secret", "extended"],
    ["its base64 form", Buffer.from(SECRET).toString("base64"), "wrong_secret", "base64_of_expected"],
    ["one character", "x", "wrong_secret", "length: 1 character where 22 are expected"],
    ["the word undefined", "undefined", "literal_undefined", null],
    ["the word null", "null", "literal_undefined", null],
    ["an object's text", "[object Object]", "literal_undefined", null],
    ["a variable's name", "$CRON_SECRET", "unexpanded_placeholder", null],
    ["a template's hole", "{{ secrets.CRON }}", "unexpanded_placeholder", null],
    ["nothing", "", "missing_credentials", null],
  ] as const)("%s", async (_title, presented, reason, detail) => {
    const found = await sent(presented);
    expect(found).toMatchObject({ outcome: "rejected", reason });
    if (reason === "wrong_secret") expect(found.detail).toBe(detail);
    if (presented.length > 3) expect(JSON.stringify(found)).not.toContain(SECRET);
  });
  test("another route's, named by its route", async () => {
    const deps = { others: [{ owner: "billing", value: "another-routes-secret-1" }] };
    const found = await at(request(place("another-routes-secret-1")), config, deps);
    expect(found).toMatchObject({ reason: "wrong_secret", detail: "belongs_to_route:billing" });
  });
});

test("a user name without a password is told as that, and not as another contract", async () => {
  const found = await at(request(inBasic("")), SAMPLES.basic.config);
  expect(found.diagnosis).toMatch(/^The request carries a user name without a password; this route expects /);
  const bare = await at(request({ authorization: "Bearer" }), SAMPLES.bearer.config);
  expect(bare.diagnosis).toMatch(/^The request carries an empty credential; this route expects /);
});

test("a user name and password of any letters, split at the first colon", async () => {
  const config: ContractConfig = { kind: "basic", username: "crön", password: "pä:ss:wörd-of-some-length" };
  expect(await at(request({ authorization: basicBy("crön:pä:ss:wörd-of-some-length") }), config)).toMatchObject({ outcome: "admitted" }); // biome-ignore format: one line
});

test("Supabase's legacy service_role key, a JWT, is a secret as any other; its anon key is public", async () => {
  const key = (role: string) => new SignJWT({ role, iss: "supabase", ref: "abc" }).setProtectedHeader({ alg: "HS256" }).sign(utf8(SECRET)); // biome-ignore format: one line
  const config: ContractConfig = { kind: "supabase", secret: await key("service_role") };
  expect(await at(request(inBearer(await key("service_role"))), config)).toMatchObject({ outcome: "admitted" });
  expect(await at(request(inBearer(await key("anon"))), config)).toMatchObject({ outcome: "rejected" });
});

/** By WebCrypto, which our signatures on a server do not use. */
async function macOf(hash: "SHA-1" | "SHA-256" | "SHA-512", secret: string, body: string): Promise<Buffer> {
  const key = await crypto.subtle.importKey("raw", Buffer.from(secret), { name: "HMAC", hash }, false, ["sign"]);
  return Buffer.from(await crypto.subtle.sign("HMAC", key, Buffer.from(body)));
}
describe.each([
  ["sha256", "SHA-256"],
  ["sha512", "SHA-512"],
  ["sha1", "SHA-1"],
] as const)("a plain HMAC with %s", (algorithm, hash) => {
  test.each(["hex", "base64"] as const)("written as %s, with its name in front and without", async (encoding) => {
    const config: ContractConfig = { kind: "hmac", secret: SECRET, nextSecret: NEXT_SECRET, header: "X-Sig", algorithm, encoding }; // biome-ignore format: one line
    const signed = async (secret: string, prefix = "") =>
      request({ "x-sig": `${prefix}${(await macOf(hash, secret, BODY)).toString(encoding)}` });
    for (const prefix of ["", `${algorithm}=`, `${algorithm.toUpperCase()}=`]) {
      expect(await at(await signed(SECRET, prefix), config)).toMatchObject({ reason: "admitted" });
      expect(await at(await signed(NEXT_SECRET, prefix), config)).toMatchObject({ reason: "admitted_previous_key" });
    }
    expect(await at(await signed("of-somebody-else-entirely"), config)).toMatchObject({ reason: "bad_signature" });
    const other = encoding === "hex" ? "base64" : "hex";
    const otherwise = request({ "x-sig": (await macOf(hash, SECRET, BODY)).toString(other) });
    expect(await at(otherwise, config)).toMatchObject({ reason: "bad_signature", detail: `encoding: presented as ${other}, expected as ${encoding}` }); // biome-ignore format: one line
    expect(await at(request({ "x-sig": "no signature!" }), config)).toMatchObject({ reason: "malformed_credentials" });
    const two = `${(await macOf(hash, SECRET, BODY)).toString(encoding)},abc`;
    expect(await at(request({ "x-sig": two }), config)).toMatchObject({ reason: "ambiguous_credentials" });
  });
});

const AWS = { iss: "https://login.example.com/", aud: "cron" };
const AWS_OAUTH: ContractConfig = { kind: "aws-api-destination", scheme: "oauth", issuer: AWS.iss, audience: AWS.aud, jwksUrl: JWKS_URL }; // biome-ignore format: one line
const ISSUED = [
  { name: "google-oidc", config: SAMPLES["google-oidc"].config, claims: GOOGLE },
  { name: "github-oidc", config: SAMPLES["github-oidc"].config, claims: GITHUB },
  { name: "kubernetes-token", config: SAMPLES["kubernetes-token"].config, claims: KUBERNETES },
  { name: "aws-api-destination, oauth", config: AWS_OAUTH, claims: AWS },
] as const;
describe.each(ISSUED)("a token of an issuer's: $name", ({ config, claims }) => {
  const sent = async (more: object = {}, key = {}, now = NOW) =>
    at(request(inBearer(await issued({ ...claims, ...more }, now, key))), config);
  test("genuine, and by each of the issuer's keys that it names", async () => {
    expect(await sent()).toMatchObject({ outcome: "admitted" });
  });
  test.each([
    ["expired", {}, {}, NOW - 7_200_000, "expired_token"],
    ["of the future", {}, {}, NOW + 600_000, "not_yet_valid"],
    ["without an expiry", { exp: undefined }, {}, NOW, "claim_mismatch"],
    ["for another audience", { aud: "https://other.example.com" }, {}, NOW, "wrong_audience"],
    ["for no audience", { aud: undefined }, {}, NOW, "wrong_audience"],
    ["by another issuer", { iss: "https://evil.example.com" }, {}, NOW, "unknown_issuer"],
    ["by no issuer", { iss: undefined }, {}, NOW, "unknown_issuer"],
    ["under a stranger's key", {}, { key: stranger.privateKey }, NOW, "bad_signature"],
    ["under a key that is not published", {}, { key: stranger.privateKey, kid: "k2" }, NOW, "unknown_key"],
  ] as const)("%s", async (_title, more, key, now, reason) => {
    expect(await sent(more, key, now)).toMatchObject({ outcome: "rejected", reason });
  });
  test("with a claim changed after it was signed", async () => {
    const [head, , signature] = (await issued(claims, NOW)).split(".");
    const changed = Buffer.from(JSON.stringify({ ...claims, exp: NOW / 1_000 + 9_000_000 })).toString("base64url");
    expect(await at(request(inBearer(`${head}.${changed}.${signature}`)), config)).toMatchObject({ reason: "bad_signature" }); // biome-ignore format: one line
  });
  test("with no algorithm, and with one that a public key would satisfy", async () => {
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(claims))}.`.replace(/=/g, "");
    expect(await at(request(inBearer(none)), config)).toMatchObject({ reason: "algorithm_not_allowed" });
    const confused = await new SignJWT({ ...claims, exp: NOW / 1_000 + 60 }).setProtectedHeader({ alg: "HS256", kid: "k1" }).sign(utf8("public")); // biome-ignore format: one line
    expect(await at(request(inBearer(confused)), config)).toMatchObject({ reason: "algorithm_not_allowed" });
  });
  test("no token, a secret in its place, and keys that cannot be read", async () => {
    expect(await at(request({}), config)).toMatchObject({ reason: "missing_credentials" });
    expect(await at(request(inBearer(SECRET)), config)).toMatchObject({ reason: "wrong_contract" });
    expect(await at(request(inBearer("undefined")), config)).toMatchObject({ reason: "literal_undefined" });
    const away = tokens({ fetch: () => Promise.reject(new Error("ECONNREFUSED")) });
    const good = request(inBearer(await issued(claims, NOW)));
    expect(await at(good, config, { tokens: away })).toMatchObject({ reason: "keys_unavailable" });
  });
});

describe.each(CONTRACT_KINDS)("the two doors of %s", (kind) => {
  const { config, genuine } = SAMPLES[kind];
  const PERSON = "9-QXZJ-a-persons-own-secret";
  test("beside it a person's own proof, and each is told as what it is", async () => {
    const enforced = { route: "r", contracts: [config], manual: { kind: "bearer", secret: PERSON } } as const;
    const asked = (parts: RequestParts) => decide(parts, enforced, depsAt());
    expect(await asked(await genuine())).toMatchObject({ reason: "admitted", via: "scheduler" });
    expect(await asked(request(inBearer(PERSON)))).toMatchObject({ reason: "admitted_manual", via: "manual" });
    expect(await asked(request(inBearer(`${PERSON}x`)))).toMatchObject({ outcome: "rejected" });
  });
  test("and it can be the door for people itself", async () => {
    const enforced = { route: "r", contracts: [{ kind: "api-key", header: "x-scheduler", secret: PERSON }], manual: config } as const; // biome-ignore format: one line
    const asked = (parts: RequestParts) => decide(parts, enforced, depsAt());
    expect(await asked(await genuine())).toMatchObject({ reason: "admitted_manual", via: "manual" });
    expect(await asked(request({ "x-scheduler": PERSON }))).toMatchObject({ reason: "admitted", via: "scheduler" });
  });
  test("a gate that breaks refuses, and says that it was the gate", async () => {
    const broken = () => Promise.reject(new Error("the machine has no randomness left"));
    const crypto = { digest: broken, hmac: broken, sign: broken };
    const deps = { crypto, tokens: { check: broken }, explain: false };
    const found = await at(await genuine(), config, deps);
    expect(found).toMatchObject({ outcome: "rejected", reason: "internal_error" });
    expect(found.diagnosis).toBe("The gate failed while it checked the request, and refused it.");
  });
});
