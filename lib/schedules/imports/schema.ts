import { z } from "zod";
import { text } from "#lib/input/schema.ts";
import { timezone } from "../schema.ts";
import { IMPORT_KINDS, LARGEST_TEXT } from "./import-kind.ts";

export const importInput = z
  .object({
    kind: z
      .enum(IMPORT_KINDS, { error: `must be one of ${IMPORT_KINDS.join(", ")}` })
      .nullable()
      .default(null),
    text: text(LARGEST_TEXT),
    timezone: timezone.prefault("UTC"),
  })
  .meta({
    id: "ImportInput",
    description:
      "A file as it is; without `kind` it is told from its shape. `timezone` is that of entries which name none.",
  });
export type ImportInput = z.output<typeof importInput>;
