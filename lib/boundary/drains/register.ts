/** Every format by its kind, in the order in which an entry is tried. */
import { cloudflare } from "./cloudflare.ts";
import { DRAIN_KINDS, type DrainFormat, type DrainKind, type Entry } from "./drain-format.ts";
import { generic } from "./generic.ts";
import { nginxCombined } from "./nginx-combined.ts";
import { nginxJson } from "./nginx-json.ts";
import { vercel } from "./vercel.ts";

const FORMATS = {
  vercel,
  "nginx-combined": nginxCombined,
  "nginx-json": nginxJson,
  cloudflare,
  generic,
} satisfies Record<DrainKind, DrainFormat>;

export const formatOf = (kind: DrainKind): DrainFormat => FORMATS[kind];

/** The first format that knows an entry. */
export const formatFor = (entry: Entry): DrainFormat | null =>
  DRAIN_KINDS.map(formatOf).find((format) => format.recognises(entry)) ?? null;
