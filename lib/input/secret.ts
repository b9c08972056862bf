/** A secret as it comes from outside: its text, as it was read (it stays), or `null` (it is taken away). */
import { z } from "zod";
import { storable } from "./schema.ts";

/** As it was read: it stays, set or not. */
const kept = z.object({ set: z.boolean(), length: z.int().optional(), updatedAt: z.string().nullable().optional() });

/** What a template or a shell left behind instead of a secret: it can never be one (contracts.md, section 0). */
const LEFT_BEHIND =
  /^(?:undefined|null|nan|none|\[object \w+\]|\$\w+|\$\{[^}]*\}|\$\{\{.*\}\}|\{\{.*\}\}|%\w+%|process\.env\.\w+)$/i;

const textOfSecret = ({ most, lines }: { readonly most: number; readonly lines: boolean }) =>
  z
    .string()
    .max(most, { message: `must have ${most} characters at most` })
    .refine((value) => value.trim() !== "", { message: "must not be empty" })
    .refine((value) => storable(value) && (lines || !/[\r\n]/.test(value.trim())), {
      message: lines ? "must be text" : "must be one line of text",
    });

const secretText = ({ most, lines }: { readonly most: number; readonly lines: boolean }) =>
  textOfSecret({ most, lines }).refine((value) => !LEFT_BEHIND.test(value.trim()), {
    message: "is what a template leaves behind where the secret was missing, not a secret",
  });

const keepable = (given: z.ZodType<string, string>) => z.union([given, kept]).nullable().optional();

/**
 * What a gate compares with. Only an empty one is refused: what stands in an application's environment is told as it is,
 * so that the answer can name what is wrong with it (`routeWarnings`).
 */
export const gateSecret = keepable(textOfSecret({ most: 4_000, lines: false }));
/** What opens a connection, where what a template left behind only fails later. */
export const secret = keepable(secretText({ most: 4_000, lines: false }));
/** A key or certificate, which has several lines. */
export const secretOfLines = keepable(secretText({ most: 20_000, lines: true }));
export type GivenSecret = z.output<typeof secret>;
