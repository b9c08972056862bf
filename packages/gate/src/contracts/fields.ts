/**
 * What a contract may be told, as data: the configuration's type, its checks, which of it is secret and, on Rollcall's
 * side, the form that asks for it all follow from one table. By hand and not with Zod: this ends in the edge bundle.
 */

export interface Field {
  readonly type: "secret" | "text" | "header" | "url" | "choice" | "seconds";
  readonly required: boolean;
  readonly choices?: readonly string[];
  /** The value when it is left out. */
  readonly fallback?: string | number;
}
export type Fields = Readonly<Record<string, Field>>;
/** With what each is in words, for forms and errors: where there is room for them. */
export type WordedFields = Readonly<Record<string, Field & { readonly words: string }>>;

// A secret's key must be there, its value may be undefined: `process.env.CRON_SECRET` is, sometimes, and then the gate
// refuses everybody and says so, where a compile error would only move the mistake into a cast.
type ValueOf<F> = F extends { readonly choices: readonly (infer C)[] }
  ? C
  : F extends { readonly type: "seconds" }
    ? number
    : F extends { readonly type: "secret" }
      ? string | undefined
      : string;
type RequiredOf<F> = { readonly [K in keyof F as F[K] extends { readonly required: true } ? K : never]: ValueOf<F[K]> };
type OptionalOf<F> = {
  readonly [K in keyof F as F[K] extends { readonly required: true } ? never : K]?: ValueOf<F[K]> | undefined;
};
/** The configuration that a table of fields describes. */
export type ConfigOf<Kind extends string, F> = { readonly kind: Kind } & RequiredOf<F> & OptionalOf<F>;

export const secret = () => ({ type: "secret", required: true }) as const;
export const optionalSecret = () => ({ type: "secret", required: false }) as const;
/** The second slot, so that a key can be changed on one side before the other; its name begins with `next`. */
export const nextSecret = optionalSecret;
/** What that slot is in words; texts and no function of them, which a bundler could not leave out. */
export const NEXT_SECRET = "the next (or previous) secret, accepted beside it while it is changed";
export const NEXT_KEY = "the next (or previous) signing key, accepted beside it while it is changed";
export const text = () => ({ type: "text", required: true }) as const;
export const optionalText = () => ({ type: "text", required: false }) as const;
export const optionalHeader = (fallback: string) => ({ type: "header", required: false, fallback }) as const;
/** The name of such a header, as requests are read: in lower case. */
export const headerOf = (
  config: { readonly header?: string | undefined },
  fields: { readonly header: { readonly fallback: string } },
): string => (config.header ?? fields.header.fallback).toLowerCase();
export const url = () => ({ type: "url", required: true }) as const;
export const optionalUrl = () => ({ type: "url", required: false }) as const;
export const choice = <const C extends string>(choices: readonly C[], fallback: NoInfer<C>) =>
  ({ type: "choice", required: false, choices, fallback }) as const;
export const requiredChoice = <const C extends string>(choices: readonly C[]) =>
  ({ type: "choice", required: true, choices }) as const;
export const seconds = (fallback: number) => ({ type: "seconds", required: false, fallback }) as const;

export interface FieldError {
  readonly path: string;
  readonly message: string;
}

const HEADER = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/i;

function errorOf(field: Field, value: unknown): string | null {
  if (field.type === "seconds")
    return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 3_600
      ? null
      : "must be whole seconds, at most 3600";
  if (typeof value !== "string") return "must be a text";
  if (value.length > 8_000) return "must be 8000 characters at most";
  switch (field.type) {
    case "header":
      return HEADER.test(value) ? null : "must be a header's name";
    case "choice":
      return field.choices?.includes(value) ? null : `must be one of ${field.choices?.join(", ")}`;
    case "url":
      return webUrlError(value);
    case "text":
      return value.trim() === "" ? "must not be empty" : null;
    case "secret":
      // How it is spelled is judged by `secretProblem`: a gate must come up and refuse, an API may refuse it at once.
      return null;
  }
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Keys are fetched over https; over plain http only from this machine, for trials. */
export function webUrlError(value: string): string | null {
  let read: URL;
  try {
    read = new URL(value);
  } catch {
    return "must be a URL";
  }
  if (read.username !== "" || read.password !== "") return "must not carry a user name";
  if (read.protocol === "https:" || (read.protocol === "http:" && LOOPBACK.test(read.hostname))) return null;
  return "must be an https URL";
}

/** Checks a configuration from outside against a table; unknown names and wrong values are named. Secrets are never in a message. */
export function fieldErrors(fields: WordedFields, given: Readonly<Record<string, unknown>>): readonly FieldError[] {
  const errors: FieldError[] = [];
  for (const name of Object.keys(given)) {
    if (name !== "kind" && !Object.hasOwn(fields, name)) errors.push({ path: name, message: "is not known" });
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined || value === null) {
      if (field.required && field.type !== "secret")
        errors.push({ path: name, message: `is required: ${field.words}` });
      continue;
    }
    const message = errorOf(field, value);
    if (message !== null) errors.push({ path: name, message });
  }
  return errors;
}
