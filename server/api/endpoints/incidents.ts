import { z } from "@hono/zod-openapi";
import type { Context } from "#lib/access/context.ts";
import { makeGood } from "#lib/engine/make-good.ts";
import { CAUSES } from "#lib/incidents/lifecycle.ts";
import {
  acknowledgeInput,
  assignInput,
  bulkInput,
  INCIDENT_SORTS,
  makeGoodInput,
  noteInput,
  resolveInput,
  snoozeInput,
  takeBackInput,
} from "#lib/incidents/schema.ts";
import {
  acknowledgeIncident,
  actOnIncidents,
  assignIncident,
  noteIncident,
  resolveIncident,
  snoozeIncident,
  unacknowledgeIncident,
  unsnoozeIncident,
} from "#lib/incidents/service.ts";
import { text } from "#lib/input/schema.ts";
import { ok, type Result } from "#lib/problem.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { viewDoneBefore } from "#lib/views/changed-before.ts";
import { viewIncident, viewIncidents, viewOutage, viewOutages } from "#lib/views/incidents.ts";
import { type Answer, type Asked, endpoint } from "../endpoint.ts";
import { pageFields, pageOf } from "../query.ts";
import { incident, incidentListed, listOf, outage, time, uuid } from "../shapes.ts";

const tag = "Incidents";

const doneBefore = z
  .object({
    id: uuid,
    at: time,
    by: z.string(),
    action: z.string().meta({ description: "As the audit log names it: `route.changed`." }),
    subject: z.string(),
    detail: z.looseObject({}),
  })
  .meta({ id: "DoneBefore" });

/** An acting call answers with the incident as it then is (api.md, Shapes). */
async function asItIs(ctx: Context, id: string): Promise<Result<Answer>> {
  const read = await viewIncident(ctx, { id });
  return read.ok ? ok({ status: 200, body: read.value, version: read.value.version }) : read;
}

type Act<Input> = (
  ctx: Context,
  asked: { readonly id: string; readonly ifMatch: number | null; readonly input: Input },
) => Promise<Result<null>>;

const acting = <Schema extends z.ZodType>(row: {
  readonly act: string;
  readonly summary: string;
  readonly body: Schema;
  readonly service: Act<z.output<Schema>>;
}) =>
  endpoint({
    method: "post",
    path: `/incidents/{id}/${row.act}`,
    tag,
    summary: row.summary,
    body: row.body,
    takesVersion: true,
    answers: [{ status: 200, schema: incident }],
    handle: async ({
      ctx,
      params,
      body,
      ifMatch,
    }: Asked<Readonly<Record<"id", string>>, unknown, z.output<Schema>>) => {
      const done = await row.service(ctx, { id: params.id, ifMatch, input: body });
      return done.ok ? asItIs(ctx, params.id) : done;
    },
  });

export const INCIDENTS = [
  endpoint({
    method: "get",
    path: "/incidents",
    tag,
    summary: "Incidents, without windows and events",
    query: z.object({
      state: z.enum(["open", "acknowledged", "resolved", "unresolved"]).optional(),
      kind: z.enum(["windows", "boundary_drift", "revert_failing"]).optional(),
      schedule: text(100).optional(),
      outage: z.guid().optional(),
      cause: z.enum(CAUSES).optional(),
      environment: text(200).optional(),
      tag: text(200).optional(),
      assignee: z
        .union([z.enum(["me", "none"]), z.guid()])
        .optional()
        .meta({
          description:
            "Assigned to this person, or acknowledged by you and assigned to nobody else; none: nobody has it.",
        }),
      sort: z
        .enum(INCIDENT_SORTS)
        .optional()
        .meta({ description: "Default: opened. The newest first, but for oldest." }),
      ...pageFields,
    }),
    answers: [{ status: 200, schema: listOf(incidentListed) }],
    handle: async ({ ctx, query }) => {
      const { limit: _, cursor: __, ...filters } = query;
      const read = await viewIncidents(ctx, { query: filters, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/incidents/{id}",
    tag,
    summary: "One incident with its windows and events",
    answers: [{ status: 200, schema: incident }],
    handle: ({ ctx, params: { id } }) => asItIs(ctx, id),
  }),
  endpoint({
    method: "get",
    path: "/incidents/{id}/changes",
    tag,
    summary: "What was done to its schedule, its route, keys and secrets in the day before it began",
    answers: [{ status: 200, schema: listOf(doneBefore) }],
    handle: async ({ ctx, params }) => {
      const read = await viewDoneBefore(ctx, params);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  acting({
    act: "acknowledge",
    summary: "Say that somebody is on it",
    body: acknowledgeInput,
    service: acknowledgeIncident,
  }),
  acting({ act: "snooze", summary: "Acknowledge it with an end", body: snoozeInput, service: snoozeIncident }),
  acting({
    act: "unacknowledge",
    summary: "Take the acknowledgement back: it is open again, and reminders go on",
    body: takeBackInput,
    service: unacknowledgeIncident,
  }),
  acting({
    act: "unsnooze",
    summary: "Take the end of a snooze away: it stays acknowledged",
    body: takeBackInput,
    service: unsnoozeIncident,
  }),
  acting({ act: "resolve", summary: "Resolve it by hand", body: resolveInput, service: resolveIncident }),
  acting({ act: "notes", summary: "Add a note", body: noteInput, service: noteIncident }),
  acting({ act: "assign", summary: "Assign it to a person, or to nobody", body: assignInput, service: assignIncident }),
  endpoint({
    method: "post",
    path: "/incidents/bulk",
    tag,
    summary: "The same act for several incidents; where one refuses, the others are done all the same",
    body: bulkInput,
    answers: [
      {
        status: 200,
        schema: z.object({
          items: z.array(incidentListed),
          refused: z.array(z.object({ id: uuid, code: z.string(), message: z.string() })),
        }),
      },
    ],
    handle: async ({ ctx, body }) => {
      const done = await actOnIncidents(ctx, { input: body });
      return done.ok ? ok({ status: 200, body: done.value }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/incidents/{id}/make-good",
    tag,
    summary: "Excuse its bad windows, or run them anew",
    body: makeGoodInput,
    takesVersion: true,
    answers: [
      {
        status: 200,
        schema: z.object({
          items: z.array(z.object({ expectedAt: time, will: z.enum(["run", "excuse", "skip"]), because: z.string() })),
        }),
      },
    ],
    handle: async ({ ctx, params: { id }, body, ifMatch }) => {
      const done = await makeGood(ctx, { id, input: body, ifMatch });
      if (!done.ok) return done;
      const items = done.value.map((item) => ({ ...item, expectedAt: toRfc3339(item.expectedAt) }));
      return ok({ status: 200, body: { items } });
    },
  }),
  endpoint({
    method: "get",
    path: "/outages",
    tag,
    summary: "Outages, newest first",
    query: z.object({ state: z.enum(["open", "resolved"]).optional(), ...pageFields }),
    answers: [{ status: 200, schema: listOf(outage) }],
    handle: async ({ ctx, query }) => {
      const read = await viewOutages(ctx, { state: query.state, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/outages/{id}",
    tag,
    summary: "One outage",
    answers: [{ status: 200, schema: outage }],
    handle: async ({ ctx, params }) => {
      const read = await viewOutage(ctx, params);
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
