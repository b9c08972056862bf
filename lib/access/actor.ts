import { forbidden, type Problem, unauthenticated } from "#lib/problem.ts";

export const ROLES = ["viewer", "responder", "operator", "admin"] as const;
/** domain.md, Roles; each may do what the one before it may. */
export type Role = (typeof ROLES)[number];

export const SCOPES = ["read", "write", "report"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who does something: a signed-in person, an API key, or Rollcall itself. */
export type Actor =
  | {
      readonly kind: "person";
      readonly id: string;
      readonly name: string;
      readonly email: string;
      readonly role: Role;
      readonly sessionId: string;
    }
  | { readonly kind: "key"; readonly id: string; readonly name: string; readonly scope: Scope }
  | { readonly kind: "system"; readonly name: string };

/** The name that stands in events, versions and the audit log. */
export const actorName = (actor: Actor): string =>
  actor.kind === "person" ? actor.name : actor.kind === "key" ? `key ${actor.name}` : actor.name;

/** What may be asked for, in the words of domain.md's table of roles. */
export type Permission = "see" | "respond" | "operate" | "administer" | "manage_people" | "report";

const LEAST_ROLE: Readonly<Record<Permission, Role>> = {
  see: "viewer",
  respond: "responder",
  operate: "operator",
  administer: "admin",
  manage_people: "admin",
  // Evidence comes from gates, drains and jobs by a key; a person who sends it by hand may as well edit what it is for.
  report: "admin",
};

/** `null` when the actor may; else why not. A key of scope `write` is as an admin, but for people and keys (api.md). */
export function mayNot(actor: Actor | null, permission: Permission): Problem | null {
  if (!actor) return unauthenticated({ message: "This needs a signed-in person or an API key." });
  if (actor.kind === "system") return null;
  if (actor.kind === "key") {
    const may =
      actor.scope === "write"
        ? permission !== "manage_people"
        : actor.scope === "read"
          ? permission === "see"
          : permission === "report";
    if (may) return null;
    return forbidden({
      message: `A key of scope ${actor.scope} may not do this.`,
      doNext: permission === "manage_people" ? "Sign in as an admin." : "Use a key of another scope.",
    });
  }
  const least = LEAST_ROLE[permission];
  if (ROLES.indexOf(actor.role) >= ROLES.indexOf(least)) return null;
  return forbidden({ message: `This needs the role ${least}; yours is ${actor.role}.` });
}
