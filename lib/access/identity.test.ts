import { expect, test } from "vitest";
import { identityOf, roleOf } from "./identity.ts";

const issuer = "https://login.example.com/realms/main";
const rules = {
  roleClaim: "groups",
  roles: [
    { role: "operator", value: "ops" },
    { role: "admin", value: "ops-admins" },
  ],
  defaultRole: null,
};

test("an identity is that of the issuer that is set up, or of nobody", () => {
  expect(identityOf({ iss: `${issuer}/`, sub: "1", email: "A@Example.com" }, { issuer })).toMatchObject({
    ok: true,
    value: { subject: "1", email: "a@example.com", emailVerified: false },
  });
  for (const claims of [
    { iss: "https://evil.example", sub: "1" },
    { sub: "1" },
    { iss: issuer },
    { iss: issuer, sub: "" },
  ]) {
    expect(identityOf(claims, { issuer })).toMatchObject({ ok: false, problem: { code: "wrong_issuer" } });
  }
});

test("a verified address is one that is said to be so by a true, not by a word", () => {
  const read = identityOf({ iss: issuer, sub: "1", email: "a@example.com", email_verified: "true" }, { issuer });
  expect(read.ok && read.value.emailVerified).toBe(false);
});

test("the highest role of the values of a claim, by its name or along its dots", () => {
  expect(roleOf({ groups: ["ops", "ops-admins"] }, rules)).toEqual({ kind: "role", role: "admin" });
  expect(roleOf({ groups: "ops" }, rules)).toEqual({ kind: "role", role: "operator" });
  const nested = { ...rules, roleClaim: "realm_access.roles" };
  expect(roleOf({ realm_access: { roles: ["ops"] } }, nested)).toEqual({ kind: "role", role: "operator" });
  expect(roleOf({ "realm_access.roles": ["ops"] }, nested)).toEqual({ kind: "role", role: "operator" });
  for (const groups of [undefined, null, 7, {}, ["x"], [["ops"]]]) expect(roleOf({ groups }, rules).kind).toBe("none");
});

test("the default stands for those without a value; without rules it is the first role alone", () => {
  expect(roleOf({}, { ...rules, defaultRole: "viewer" })).toEqual({ kind: "role", role: "viewer" });
  expect(roleOf({}, { ...rules, roles: [], defaultRole: "viewer" })).toEqual({ kind: "first", role: "viewer" });
});
