import { z } from "zod";
import { distinct, line, moment, slug, text, webUrl } from "#lib/input/schema.ts";

const some = <T extends z.ZodType>(item: T) =>
  distinct(item, 1_000).min(1, { message: "must name one at least" }).optional();

export const maintenanceInput = z
  .object({
    from: moment,
    to: moment,
    schedules: some(slug),
    tags: some(line(50)),
    routes: some(slug),
    drivers: some(line(50)),
    reason: text(500),
  })
  .meta({
    id: "MaintenanceInput",
    description: "A selector that is left out selects nothing; with none, all are meant.",
  });
export type MaintenanceInput = z.output<typeof maintenanceInput>;

export const changeInput = z
  .object({
    title: line(200),
    at: moment.optional(),
    url: webUrl.nullable().default(null),
    schedules: distinct(slug, 1_000).min(1, { message: "must name one at least" }).nullable().default(null),
  })
  .meta({ id: "ChangeInput" });
export type ChangeInput = z.output<typeof changeInput>;
