/** What a preview and a backtest are asked (api.md): fields of a schedule that is not stored. */
import { z } from "zod";
import { count, moment } from "#lib/input/schema.ts";
import { earlySeconds, graceSeconds, maxRuntimeSeconds, spec, timezone } from "./schema.ts";

export const previewInput = z
  .object({
    spec,
    timezone,
    count: count(1, 1_000).default(10),
    graceSeconds: graceSeconds.optional(),
    from: moment.optional(),
  })
  .meta({ id: "PreviewInput" });
export type PreviewInput = z.output<typeof previewInput>;

export const backtestInput = z
  .object({
    spec: spec.optional(),
    timezone: timezone.optional(),
    graceSeconds: graceSeconds.optional(),
    earlySeconds: earlySeconds.unwrap().optional(),
    maxRuntimeSeconds: maxRuntimeSeconds.unwrap().optional(),
    from: moment.optional(),
    to: moment.optional(),
  })
  .meta({ id: "BacktestInput", description: "A field that is left out is the present one." });
export type BacktestInput = z.output<typeof backtestInput>;
