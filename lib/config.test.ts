import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadConfig, parseConfig } from "./config.ts";

const parsed = (env: Record<string, string>, root = false) => {
  const read = parseConfig(env, { root });
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
};
const message = (env: Record<string, string>): string => {
  const read = parseConfig(env, { root: false });
  return read.ok ? "" : read.problem.message;
};

describe("the configuration", () => {
  it("has a default for everything", () => {
    expect(parsed({})).toMatchObject({
      ...{ port: 3000, host: "127.0.0.1", publicUrl: "http://127.0.0.1:3000", role: "all", retentionDays: 90 },
      ...{ databaseUrl: null, admin: null, apiKey: null, pingKey: null, secret: null, production: false },
      demo: { atStart: false, everySeconds: 60 },
      ...{ trustedProxies: ["127.0.0.0/8", "::1/128"], dataDir: join(process.cwd(), "data") },
    });
    expect(parsed({}, true).dataDir).toBe("/var/lib/rollcall");
    expect(parsed({ PORT: "", ROLLCALL_URL: "" }).publicUrl).toBe("http://127.0.0.1:3000");
  });

  it("makes the public address of what is listened on", () => {
    expect(parsed({ HOST: "0.0.0.0", PORT: "80" }).publicUrl).toBe("http://localhost:80");
    expect(parsed({ HOST: "::1" }).publicUrl).toBe("http://[::1]:3000");
    expect(parsed({ ROLLCALL_URL: "https://rollcall.example.com/" }).publicUrl).toBe("https://rollcall.example.com");
  });

  it("reads proxies as addresses and networks", () => {
    expect(parsed({ ROLLCALL_TRUSTED_PROXIES: "10.0.0.0/8, 192.0.2.1 2001:db8::/32" }).trustedProxies).toEqual([
      ...["10.0.0.0/8", "192.0.2.1/32", "2001:db8::/32"],
    ]);
    expect(parsed({ ROLLCALL_TRUSTED_PROXIES: "loopback 10.1.2.3" }).trustedProxies).toHaveLength(3);
    expect(parsed({ ROLLCALL_TRUSTED_PROXIES: "none" }).trustedProxies).toEqual([]);
  });

  it.each([
    [{ PORT: "http" }, "PORT must be a whole number from 0 to 65535"],
    [{ PORT: "65536" }, "PORT must be"],
    [{ DATABASE_URL: "mysql://x" }, "DATABASE_URL must look like postgresql://"],
    [{ ROLLCALL_URL: "https://example.com/rollcall" }, "ROLLCALL_URL must be an origin"],
    [{ ROLLCALL_ROLE: "worker" }, "ROLLCALL_ROLE must be all, web or engine"],
    [{ ROLLCALL_TRUSTED_PROXIES: "proxy.local" }, 'not "proxy.local"'],
    [{ ROLLCALL_PING_KEY: "short" }, "ROLLCALL_PING_KEY must be 22 characters"],
    [{ ROLLCALL_SECRET: "short" }, "ROLLCALL_SECRET must have at least 16"],
    [{ ROLLCALL_ADMIN_EMAIL: "ada@example.com" }, "ROLLCALL_ADMIN_PASSWORD must be set too"],
    [{ ROLLCALL_ADMIN_PASSWORD: "correct horse" }, "ROLLCALL_ADMIN_EMAIL must be set too"],
    [{ ROLLCALL_DEMO: "yes" }, "ROLLCALL_DEMO must be 0 or 1"],
    [{ ROLLCALL_RETENTION_DAYS: "0" }, "ROLLCALL_RETENTION_DAYS must be a whole number from 1"],
  ])("says what is wrong with %j", (env, expected) => {
    expect(message(env)).toContain(expected);
  });

  it("names every bad variable at once, and no secret", () => {
    const said = message({ PORT: "x", ROLLCALL_SECRET: "hunter2", ROLLCALL_API_KEY: "s3 cret value" });
    expect(said).toContain("PORT");
    expect(said).toContain("ROLLCALL_API_KEY");
    expect(said).not.toMatch(/hunter2|s3 cret/);
  });
});

describe("the secret", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "rollcall-config-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const secretIn = (dataDir: string): string => {
    const read = loadConfig({ ROLLCALL_DATA_DIR: dataDir });
    return read.ok ? read.value.secret : `refused: ${read.problem.message}`;
  };

  it("is made once, for its owner's eyes", () => {
    const dataDir = join(folder, "new", "data");
    const secret = secretIn(dataDir);
    expect(secret).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(secretIn(dataDir)).toBe(secret);
    expect(statSync(join(dataDir, "secret")).mode & 0o777).toBe(0o600);
  });

  it("is not replaced when its file is empty", () => {
    writeFileSync(join(folder, "secret"), "");
    expect(secretIn(folder)).toContain("holds no secret");
  });

  it("takes a provider of sign-in whole, or says what is missing", () => {
    const whole = {
      ROLLCALL_OIDC_ISSUER: "https://login.example.com/realms/main/",
      ROLLCALL_OIDC_CLIENT_ID: "rollcall",
      ROLLCALL_OIDC_CLIENT_SECRET: "s",
      ROLLCALL_OIDC_ROLES: "admin=ops-admins, operator=ops",
    };
    expect(parsed({}).oidc).toBeNull();
    expect(parsed(whole).oidc).toEqual({
      ...{ issuer: "https://login.example.com/realms/main", clientId: "rollcall", clientSecret: "s", name: "OpenID" },
      ...{ roleClaim: "groups", defaultRole: null, linkVerifiedEmail: false },
      roles: [
        { role: "admin", value: "ops-admins" },
        { role: "operator", value: "ops" },
      ],
    });
    expect(message({ ...whole, ROLLCALL_OIDC_CLIENT_SECRET: "" })).toMatch(
      /^ROLLCALL_OIDC_CLIENT_SECRET must be set too/,
    );
    expect(message({ ...whole, ROLLCALL_OIDC_ROLES: "" })).toMatch(/ROLLCALL_OIDC_DEFAULT_ROLE must be set/);
    expect(message({ ...whole, ROLLCALL_OIDC_ROLES: "boss=ops" })).toMatch(/with the roles viewer/);
    expect(message({ ...whole, ROLLCALL_OIDC_ISSUER: "http://login.example.com" })).toMatch(/begins with https/);
    expect(message({ ROLLCALL_OIDC_ROLES: "admin=a" })).toMatch(/and no provider/);
  });
});
