/** Schedules out of files that people have already; making them is the registry's own `PUT`. */
import { z } from "@hono/zod-openapi";
import { ok } from "#lib/problem.ts";
import { IMPORT_KINDS } from "#lib/schedules/imports/import-kind.ts";
import { importInput } from "#lib/schedules/imports/schema.ts";
import { FIELDS } from "#lib/schedules/schema.ts";
import { viewImport } from "#lib/views/imports.ts";
import { endpoint } from "../endpoint.ts";
import { warning } from "../shapes.ts";

const strings = z.array(z.string());

const proposal = z
  .object({
    where: z.string(),
    written: z.string(),
    suspended: z.boolean(),
    notes: strings,
    refused: z.string().nullable(),
    slug: z.string().nullable(),
    present: z.enum(["live", "archived"]).nullable(),
    sentence: z.string().nullable(),
    warnings: z.array(warning),
    schedule: z
      .object({
        name: z.string(),
        spec: FIELDS.spec,
        timezone: z.string(),
        graceSeconds: z.int(),
        path: z.string().nullable(),
      })
      .nullable(),
  })
  .meta({
    id: "ImportProposal",
    description: "`schedule` is the body of a `PUT /schedules/{slug}`; `refused` says why there is none.",
  });

export const IMPORTS = [
  endpoint({
    method: "post",
    path: "/imports/preview",
    tag: "Schedules",
    summary: "What would be made of a crontab, vercel.json, CronJob or workflow; nothing is stored",
    body: importInput,
    answers: [
      {
        status: 200,
        schema: z.object({ kind: z.enum(IMPORT_KINDS), notes: strings, items: z.array(proposal) }),
      },
    ],
    handle: async ({ ctx, body }) => {
      const read = await viewImport(ctx, body);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
