/** Every kind of file that schedules are read from. */
import { crontab } from "./crontab.ts";
import { github } from "./github.ts";
import type { ImportKind, ImportMember } from "./import-kind.ts";
import { kubernetes } from "./kubernetes.ts";
import { vercel } from "./vercel.ts";

export const IMPORTS = { vercel, kubernetes, github, crontab } satisfies Record<ImportKind, ImportMember>;

/** The kind that a text is from its shape; a crontab, which has the least of a shape, is asked last. */
export function kindOf(text: string): ImportKind | null {
  return Object.values(IMPORTS).find((member) => member.resembles(text))?.kind ?? null;
}
