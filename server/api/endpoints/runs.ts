import { z } from "@hono/zod-openapi";
import { closeRun } from "#lib/engine/close-run.ts";
import { repairDiscarded, takeBackRepair } from "#lib/engine/repair-discarded.ts";
import { DISCARDED_REASONS } from "#lib/evidence/discarded.ts";
import { slug, text } from "#lib/input/schema.ts";
import { ok } from "#lib/problem.ts";
import { viewCheckInBody, viewCheckIns } from "#lib/views/check-ins.ts";
import { discardedShape, viewDiscarded } from "#lib/views/discarded.ts";
import { viewRun, viewRunLog, viewRuns } from "#lib/views/runs.ts";
import { endpoint } from "../endpoint.ts";
import { at, pageFields, pageOf } from "../query.ts";
import { listOf, run, time, uuid } from "../shapes.ts";

const tag = "Runs";

const discarded = z
  .object({
    id: uuid,
    reason: z.enum(DISCARDED_REASONS),
    path: z.string(),
    sender: z.string(),
    count: z.int(),
    firstAt: time,
    lastAt: time,
    slug: z.string().nullable(),
    detail: z.string().nullable(),
    remedy: z.string(),
    repairedTo: z.string().nullable(),
  })
  .meta({ id: "Discarded" });

const checkIn = z
  .object({
    id: uuid,
    at: time,
    receivedAt: time,
    kind: z.enum(["start", "success", "fail", "log", "close"]),
    run: uuid.nullable(),
    rid: uuid.nullable(),
    exitStatus: z.int().nullable(),
    namedWindow: time.nullable(),
    bodyBytes: z.int(),
    method: z.string(),
    remoteAddress: z.string().nullable(),
    userAgent: z.string().nullable(),
  })
  .meta({ id: "CheckIn" });

export const RUNS = [
  endpoint({
    method: "get",
    path: "/schedules/{slug}/check-ins",
    tag,
    summary: "What its job sent, newest first",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(checkIn) }],
    handle: async ({ ctx, params: { slug }, query }) => {
      const read = await viewCheckIns(ctx, { slug, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/schedules/{slug}/check-ins/{id}/body",
    tag,
    summary: "What came with a check-in: bytes as they came",
    answers: [{ status: 200, schema: "bytes" }],
    handle: async ({ ctx, params }) => {
      const read = await viewCheckInBody(ctx, params);
      return read.ok ? ok({ status: 200, bytes: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/runs",
    tag,
    summary: "Runs, newest first",
    query: z.object({ schedule: text(100).optional(), from: at, to: at, ...pageFields }),
    answers: [{ status: 200, schema: listOf(run) }],
    handle: async ({ ctx, query }) => {
      const { schedule, from, to } = query;
      const read = await viewRuns(ctx, { query: { schedule, from, to }, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/runs/{id}",
    tag,
    summary: "One run",
    answers: [{ status: 200, schema: run }],
    handle: async ({ ctx, params }) => {
      const read = await viewRun(ctx, params);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/runs/{id}/log",
    tag,
    summary: "Its log: bytes as they came",
    answers: [{ status: 200, schema: "bytes" }],
    handle: async ({ ctx, params }) => {
      const read = await viewRunLog(ctx, params);
      return read.ok ? ok({ status: 200, bytes: read.value }) : read;
    },
  }),
  endpoint({
    method: "post",
    path: "/runs/{id}/close",
    tag,
    summary: "Close a run that hangs: it is failed",
    body: z.object({ note: text(5_000) }),
    answers: [{ status: 200, schema: run }],
    handle: async ({ ctx, params: { id }, body }) => {
      const done = await closeRun(ctx, { id, note: body.note });
      if (!done.ok) return done;
      const read = await viewRun(ctx, { id });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/discarded",
    tag,
    summary: "Check-ins that came to nothing, the last first",
    query: z.object({ reason: z.enum(DISCARDED_REASONS).optional(), from: at, to: at, ...pageFields }),
    answers: [{ status: 200, schema: listOf(discarded) }],
    handle: async ({ ctx, query }) => {
      const { reason, from, to } = query;
      const read = await viewDiscarded(ctx, { query: { reason, from, to }, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "post",
    path: "/discarded/{id}/repair",
    tag,
    summary: "Give check-ins by an unknown slug a schedule to go to",
    body: z.object({ as: z.enum(["new", "alias"]), slug }),
    answers: [{ status: 200, schema: discarded }],
    handle: async ({ ctx, params: { id }, body }) => {
      const done = await repairDiscarded(ctx, { id, ...body });
      return done.ok ? ok({ status: 200, body: discardedShape(done.value) }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/discarded/{id}/unrepair",
    tag,
    summary: "Take a repair back: the alias goes, or the draft that it made is archived",
    answers: [{ status: 200, schema: discarded }],
    handle: async ({ ctx, params: { id } }) => {
      const done = await takeBackRepair(ctx, { id });
      return done.ok ? ok({ status: 200, body: discardedShape(done.value) }) : done;
    },
  }),
];
