/** What people and programs send: bounded, and free of what PostgreSQL or a terminal would choke on. */
import { z } from "zod";
import { line, storable } from "#lib/input/schema.ts";
import { ROLES, SCOPES } from "./actor.ts";

/** As it is stored and compared: trimmed and in lower case, so that one address has one account. */
export const email = z
  .string({ error: "must be text" })
  .trim()
  .toLowerCase()
  .max(254, { error: "must have at most 254 characters" })
  .pipe(z.email({ error: "must be an e-mail address" }));

/** Of a password only what storing demands; what makes a good one is said by `passwordProblem`. */
const password = z
  .string({ error: "must be text" })
  .max(1_000, { error: "is too long" })
  .refine(storable, { error: "must be text: no NUL, no half of a character" });

export const role = z.enum(ROLES, { error: `must be one of ${ROLES.join(", ")}` });
export const scope = z.enum(SCOPES, { error: `must be one of ${SCOPES.join(", ")}` });
export const personName = line(100);
export const id = z.uuid({ error: "must be an id" });

export const inviteInput = z.strictObject({ email, name: personName, role });

export const changePersonInput = z.strictObject({
  name: personName.optional(),
  role: role.optional(),
  disabled: z.boolean({ error: "must be true or false" }).optional(),
});

export const keyInput = z.strictObject({ name: line(60), scope });

/** The address as typed: what is none finds nobody, and is refused as a wrong password is. */
export const signInInput = z.object({
  email: z.string().max(1_000).trim().toLowerCase(),
  password,
});

export const acceptLinkInput = z.strictObject({
  token: z.string().max(100),
  name: personName.optional(),
  email: email.optional(),
  password,
});

export const changePasswordInput = z.strictObject({ current: password, next: password });
