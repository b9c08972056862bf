/** What people and programs send: bounded, and free of what PostgreSQL or a terminal would choke on. */
import { z } from "zod";
import { ROLES, SCOPES } from "./actor.ts";

/** Control characters and lone surrogates: PostgreSQL takes no NUL, and a name has no use for the others. */
const ODD = /[\p{Cc}\p{Cs}\u2028\u2029]/u;

/** One line of text, trimmed. */
export const line = ({ least = 1, most }: { readonly least?: number; readonly most: number }) =>
  z
    .string({ error: "must be text" })
    .trim()
    .min(least, { error: least === 1 ? "must not be empty" : `must have at least ${least} characters` })
    .max(most, { error: `must have at most ${most} characters` })
    .refine((text) => !ODD.test(text), { error: "must not contain control characters" });

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
  .refine((text) => !/[\0\p{Cs}]/u.test(text), { error: "must not contain NUL" });

export const role = z.enum(ROLES, { error: `must be one of ${ROLES.join(", ")}` });
export const scope = z.enum(SCOPES, { error: `must be one of ${SCOPES.join(", ")}` });
export const personName = line({ most: 100 });
export const id = z.uuid({ error: "must be an id" });

export const inviteInput = z.strictObject({ email, name: personName, role });

export const changePersonInput = z.strictObject({
  name: personName.optional(),
  role: role.optional(),
  disabled: z.boolean({ error: "must be true or false" }).optional(),
});

export const keyInput = z.strictObject({ name: line({ most: 60 }), scope });

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

export const pageInput = z.object({
  limit: z
    .number({ error: "must be a number" })
    .int({ error: "must be a whole number" })
    .min(1, { error: "must be at least 1" })
    .max(1_000, { error: "must be at most 1,000" })
    .default(100),
  cursor: z.string().max(200).nullish(),
});
