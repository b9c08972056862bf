/** What `POST /imports/preview` answers, as far as screens read it. */
import type { Warning, WireSpec } from "#components/api/shapes.ts";
import type { ImportKind } from "#lib/schedules/imports/import-kind.ts";

export interface ImportItem {
  readonly where: string;
  readonly written: string;
  readonly suspended: boolean;
  readonly notes: readonly string[];
  readonly refused: string | null;
  readonly slug: string | null;
  readonly present: "live" | "archived" | null;
  readonly sentence: string | null;
  readonly warnings: readonly Warning[];
  readonly schedule: {
    readonly name: string;
    readonly spec: Extract<WireSpec, { kind: "cron" }>;
    readonly timezone: string;
    readonly graceSeconds: number;
    readonly path: string | null;
  } | null;
}

export interface ImportPreview {
  readonly kind: ImportKind;
  readonly notes: readonly string[];
  readonly items: readonly ImportItem[];
}
