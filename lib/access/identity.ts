/** What an OpenID Connect provider says of somebody, and which role that makes. Pure. */
import { z } from "zod";
import type { OidcConfig } from "#lib/config.ts";
import { forbidden, ok, type Problem, type Result, refuse, refused } from "#lib/problem.ts";
import { ROLES, type Role } from "./actor.ts";
import { email as emailInput, personName } from "./schema.ts";

export interface Identity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  readonly emailVerified: boolean;
  readonly name: string | null;
}

export type Claims = Readonly<Record<string, unknown>>;

const subjectInput = z.string().min(1).max(255);

/** Refuses the claims of another issuer than the one that was configured, whatever its discovery document says. */
export function identityOf(claims: Claims, { issuer }: Pick<OidcConfig, "issuer">): Result<Identity> {
  const said = typeof claims["iss"] === "string" ? claims["iss"].replace(/\/+$/, "") : null;
  if (said !== issuer) return refuse(wrongIssuer());
  const subject = subjectInput.safeParse(claims["sub"]);
  if (!subject.success) return refuse(wrongIssuer());
  const email = emailInput.safeParse(claims["email"]);
  const name = personName.safeParse(claims["name"] ?? claims["preferred_username"]);
  return ok({
    ...{ issuer, subject: subject.data, email: email.success ? email.data : null },
    emailVerified: claims["email_verified"] === true,
    name: name.success ? name.data : null,
  });
}

/** A claim by its name, else along its dots; its texts. */
function textsIn(claims: Claims, path: string): readonly string[] {
  let found: unknown = Object.hasOwn(claims, path) ? claims[path] : undefined;
  if (found === undefined) {
    found = claims;
    for (const name of path.split(".")) {
      found =
        typeof found === "object" && found !== null && Object.hasOwn(found, name) ? (found as Claims)[name] : undefined;
    }
  }
  return [found].flat().filter((one): one is string => typeof one === "string");
}

export type MappedRole =
  /** The provider says which role they have, at every sign-in. */
  | { readonly kind: "role"; readonly role: Role }
  /** Roles are given inside; this is that of somebody new. */
  | { readonly kind: "first"; readonly role: Role }
  | { readonly kind: "none" };

const roleNamed = (name: string | null): Role | undefined => ROLES.find((role) => role === name);

/** The highest role that one of the claim's values makes, else the default. */
export function roleOf(
  claims: Claims,
  { roleClaim, roles, defaultRole }: Pick<OidcConfig, "roleClaim" | "roles" | "defaultRole">,
): MappedRole {
  const fallback = roleNamed(defaultRole);
  if (roles.length === 0) return fallback ? { kind: "first", role: fallback } : { kind: "none" };
  const values = new Set(textsIn(claims, roleClaim));
  const role = ROLES.findLast((one) => roles.some((rule) => rule.role === one && values.has(rule.value))) ?? fallback;
  return role ? { kind: "role", role } : { kind: "none" };
}

/** Why somebody whom the provider let through does not come in here; the codes stand in the address of the page. */
export const IDENTITY_REFUSALS = {
  wrong_issuer:
    "The answer came from another provider than the one that is set up here. Ask an admin to check the issuer.",
  no_role: "Your account there has no role here. Ask whoever keeps the groups of your provider.",
  no_email: "The provider told no e-mail address of yours, and an account needs one. Ask an admin.",
  email_taken: "An account with a password has your e-mail address. Sign in with the password.",
  person_disabled: "This account may not sign in. Ask an admin.",
} as const;
export type IdentityRefusal = keyof typeof IDENTITY_REFUSALS;

export const identityRefused = (code: IdentityRefusal): Problem => {
  const [message = "", ...rest] = IDENTITY_REFUSALS[code].split(/(?<=\.) /);
  return code === "wrong_issuer"
    ? refused(code, 403, { message, doNext: rest.join(" ") })
    : { ...forbidden({ message, doNext: rest.join(" ") }), code };
};
const wrongIssuer = (): Problem => identityRefused("wrong_issuer");
