/** What an admin sets for all of Rollcall: how long things are kept, the ping key; and what this installation is. */
import { z } from "@hono/zod-openapi";
import { type PingKeyView, rotatePingKey, viewPingKey } from "#lib/access/ping-key.ts";
import { ok, type Result } from "#lib/problem.ts";
import { KINDS } from "#lib/retention/retention.ts";
import { retentionInput } from "#lib/retention/schema.ts";
import { previewRetention, putRetention, viewRetention } from "#lib/retention/service.ts";
import { rotateInput } from "#lib/schedules/schema.ts";
import { viewAbout } from "#lib/views/about.ts";
import { time as when } from "#lib/views/shapes.ts";
import { type Answer, endpoint } from "../endpoint.ts";
import { time, uuid } from "../shapes.ts";

const tag = "Settings";

const held = z.object({ rows: z.number(), bytes: z.number() });
const retention = z
  .object({
    runsSeconds: z.int(),
    logsSeconds: z.int(),
    decisionsSeconds: z.int(),
    attemptsSeconds: z.int(),
    rollupsSeconds: z.int(),
    auditSeconds: z.int().nullable(),
    messagesSeconds: z.int(),
    held: z.object({
      runs: held,
      decisions: held,
      attempts: held,
      rollups: held,
      audit: held,
      messages: held,
    }),
    byEnvironment: z.boolean(),
    version: z.int(),
  })
  .meta({ id: "Retention", description: "`held`: how much there is now; logs lie in the rows of runs." });

const about = z
  .object({
    version: z.string(),
    license: z.string(),
    node: z.string(),
    upSince: time,
    database: z.object({
      kind: z.enum(["embedded", "yours"]),
      version: z.string(),
      bytes: z.number(),
      place: z.string().nullable(),
    }),
    dataDir: z.string().nullable(),
    publicUrl: z.string(),
    schedules: z.number(),
    runs: z.number(),
    tables: z.array(z.object({ name: z.string(), bytes: z.number(), rows: z.number() })),
    processes: z.array(
      z.object({
        id: uuid,
        role: z.string(),
        startedAt: time,
        seenAt: time,
        spooling: z.boolean(),
        up: z.boolean(),
        this: z.boolean(),
      }),
    ),
    lastBackup: z.object({ at: time, file: z.string().nullable() }).nullable(),
  })
  .meta({ id: "About", description: "Where things lie is told to admins alone." });

const pingKey = z
  .object({ key: z.string(), previousUntil: time.nullable(), byEnvironment: z.boolean() })
  .meta({ id: "PingKey", description: "The key before it is taken until `previousUntil`." });
const pingKeyAnswer = (read: Result<PingKeyView>): Result<Answer> =>
  read.ok ? ok({ status: 200, body: { ...read.value, previousUntil: when(read.value.previousUntil) } }) : read;

export const SETTINGS = [
  endpoint({
    method: "get",
    path: "/settings/retention",
    tag,
    summary: "How long things are kept, and how much there is",
    answers: [{ status: 200, schema: retention }],
    handle: async ({ ctx }) => {
      const read = await viewRetention(ctx);
      return read.ok ? ok({ status: 200, body: read.value, version: read.value.version }) : read;
    },
  }),
  endpoint({
    method: "put",
    path: "/settings/retention",
    tag,
    summary: "Say how long things are kept",
    body: retentionInput,
    takesVersion: true,
    answers: [{ status: 200, schema: retention }],
    handle: async ({ ctx, body, ifMatch }) => {
      const done = await putRetention(ctx, { input: body, ifMatch });
      return done.ok ? ok({ status: 200, body: done.value, version: done.value.version }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/settings/retention/preview",
    tag,
    summary: "What such a change would drop",
    body: retentionInput,
    answers: [
      {
        status: 200,
        schema: z.object({ drops: z.array(z.object({ kind: z.enum(KINDS), rows: z.int() })) }),
      },
    ],
    handle: async ({ ctx, body }) => {
      const read = await previewRetention(ctx, { input: body });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/settings/about",
    tag,
    summary: "What this installation is",
    answers: [{ status: 200, schema: about }],
    handle: async ({ ctx }) => {
      const read = await viewAbout(ctx);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/settings/ping-key",
    tag,
    summary: "The ping key",
    answers: [{ status: 200, schema: pingKey }],
    handle: async ({ ctx }) => pingKeyAnswer(await viewPingKey(ctx)),
  }),
  endpoint({
    method: "post",
    path: "/settings/ping-key/rotate",
    tag,
    summary: "Make another ping key; the present one is taken for a while",
    body: rotateInput,
    answers: [{ status: 200, schema: pingKey }],
    handle: async ({ ctx, body }) => pingKeyAnswer(await rotatePingKey(ctx, { graceSeconds: body.graceSeconds })),
  }),
];
