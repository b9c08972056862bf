/**
 * What a connection may be told, as data: the driver's type of it, the API's checks, which of it is secret and the form
 * that asks for it all follow from one table beside the driver. Pure.
 */

export interface Field {
  /** `lines`: a text of several lines. `whole`: a whole number. `flag`: yes or no. */
  readonly type: "secret" | "text" | "lines" | "url" | "choice" | "whole" | "flag";
  readonly required: boolean;
  /** What it is, for forms and errors; begins with a small letter. */
  readonly words: string;
  readonly choices?: readonly string[];
  /** The value when it is left out. */
  readonly fallback?: string | number | boolean;
  readonly min?: number;
  readonly max?: number;
  /** Of a secret: it may have several lines. */
  readonly lines?: true;
  /** Says where secrets are sent: where it changes, they have to be given anew. */
  readonly address?: true;
}
export type Fields = Readonly<Record<string, Field>>;

type ValueOf<F> = F extends { readonly choices: readonly (infer C)[] }
  ? C
  : F extends { readonly type: "whole" }
    ? number
    : F extends { readonly type: "flag" }
      ? boolean
      : string;
// What has a fallback is always there when a driver sees it; a secret never surely is.
type Surely<F> = F extends { readonly type: "secret" }
  ? false
  : F extends { readonly required: true } | { readonly fallback: string | number | boolean }
    ? true
    : false;
/** The connection that a table of fields describes, as its driver gets it: opened, defaults filled in. */
export type ConfigOf<F> = { readonly [K in keyof F as Surely<F[K]> extends true ? K : never]: ValueOf<F[K]> } & {
  readonly [K in keyof F as Surely<F[K]> extends true ? never : K]?: ValueOf<F[K]> | undefined;
};

/** Any driver's connection. */
export type AnyConfig = Readonly<Record<string, unknown>>;

type Address = { readonly address: true };

export const secret = <const More extends { readonly required?: boolean; readonly lines?: true }>(
  words: string,
  more?: More,
) => ({ required: false, ...more, type: "secret", words }) as const;
export const text = (words: string) => ({ type: "text", required: true, words }) as const;
export const optionalText = (words: string) => ({ type: "text", required: false, words }) as const;
export const textOr = (fallback: string, words: string) =>
  ({ type: "text", required: false, fallback, words }) as const;
export const optionalLines = (words: string) => ({ type: "lines", required: false, words }) as const;
/** Begins with http:// or https://; it says where secrets are sent. */
export const url = (words: string) => ({ type: "url", required: true, address: true, words }) as const;
export const optionalUrl = (words: string) => ({ type: "url", required: false, address: true, words }) as const;
export const choice = <const C extends string>(choices: readonly C[], fallback: NoInfer<C>, words: string) =>
  ({ type: "choice", required: false, choices, fallback, words }) as const;
export const whole = (
  within: { readonly min: number; readonly max: number; readonly fallback: number },
  words: string,
) => ({ type: "whole", required: false, ...within, words }) as const;
export const flag = (words: string) => ({ type: "flag", required: false, fallback: false, words }) as const;
/** Says where secrets are sent. */
export const address = <const F extends Field>(field: F): F & Address => ({ ...field, address: true });

/** Whether a scheduler's history is taken for runs; the engine asks `runs` of whichever driver has it. */
export const RUNS = choice(
  ["history", "check-in"],
  "history",
  "where runs come from: the scheduler's own history, or the check-ins of jobs that report by themselves (then its history is taken for attempts alone)",
);
