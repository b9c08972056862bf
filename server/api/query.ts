/** Parts of queries that several endpoints take. */
import { z } from "@hono/zod-openapi";
import { DEFAULT_LIMIT, LARGEST_LIMIT, type Page } from "#lib/input/page.ts";
import { moment, text } from "#lib/input/schema.ts";

const once = { message: "must be given once" };

export const limit = z
  .string(once)
  .regex(/^\d{1,9}$/, { message: "must be a whole number" })
  .transform(Number)
  .refine((value) => value >= 1 && value <= LARGEST_LIMIT, { message: `must be 1 to ${LARGEST_LIMIT}` })
  .optional()
  .meta({ type: "integer", minimum: 1, maximum: LARGEST_LIMIT, default: DEFAULT_LIMIT });
export const cursor = z.string(once).max(2_000).optional().meta({ description: "The nextCursor of the page before." });

export const pageFields = { limit, cursor } as const;

export const pageOf = (query: { readonly limit?: number | undefined; readonly cursor?: string | undefined }): Page => ({
  limit: query.limit ?? DEFAULT_LIMIT,
  cursor: query.cursor ?? null,
});

export const words = text(500).optional();
/** An offset's `+` is often sent as it is, though in a query it stands for a space. */
const unspaced = z.string(once).transform((value) => value.replace(/ (?=\d\d:\d\d$)/, "+"));
export const at = unspaced.pipe(moment).optional().meta({ type: "string", format: "date-time" });
/** Names separated by commas, or the parameter given several times. */
export const names = z
  .union([z.string(), z.array(z.string())])
  .transform((given) =>
    [given]
      .flat()
      .flatMap((one) => one.split(","))
      .filter(Boolean),
  )
  .pipe(z.array(text(200)).max(1_000))
  .optional()
  .meta({ type: "string" });
