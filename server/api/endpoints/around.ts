/** What surrounds the schedules: maintenance, changes, webhooks. */
import { z } from "@hono/zod-openapi";
import { endMaintenanceNow, setMaintenance, viewMaintenance } from "#lib/engine/maintenance.ts";
import { slug } from "#lib/input/schema.ts";
import { MESSAGE_TYPES, webhookInput } from "#lib/notifications/schema.ts";
import {
  putWebhook,
  removeWebhook,
  testWebhook,
  viewDeliveries,
  viewWebhook,
  viewWebhooks,
} from "#lib/notifications/service.ts";
import { ok } from "#lib/problem.ts";
import { readInput } from "#lib/read-input.ts";
import { markChange, viewChanges } from "#lib/schedules/changes.ts";
import { changeInput, maintenanceInput } from "#lib/schedules/maintenance-schema.ts";
import { endpoint } from "../endpoint.ts";
import { at, pageFields, pageOf } from "../query.ts";
import { change, listOf, time, uuid } from "../shapes.ts";

const strings = z.array(z.string());

const maintenance = z
  .object({
    id: uuid,
    from: time,
    to: time,
    schedules: strings.optional(),
    tags: strings.optional(),
    routes: strings.optional(),
    drivers: strings.optional(),
    reason: z.string().nullable(),
    by: z.string(),
    createdAt: time,
    version: z.int(),
  })
  .meta({ id: "Maintenance" });

const webhook = z
  .object({
    name: z.string(),
    url: z.string(),
    secret: z.union([z.object({ set: z.boolean(), length: z.int(), updatedAt: time }), z.string()]),
    events: z.array(z.enum(MESSAGE_TYPES)).nullable(),
    createdAt: time,
    version: z.int(),
  })
  .meta({ id: "Webhook", description: "A secret that was generated is text once: in the answer that made it." });

const delivery = z
  .object({
    id: uuid,
    type: z.string(),
    state: z.enum(["waiting", "delivered", "gave_up"]),
    createdAt: time,
    attempts: z.int(),
    nextAttemptAt: time.nullable(),
    deliveredAt: time.nullable(),
    gaveUpAt: time.nullable(),
    status: z.int().nullable(),
    error: z.string().nullable(),
  })
  .meta({ id: "Delivery", description: "`status` and `error` are those of the last attempt." });

export const AROUND = [
  endpoint({
    method: "post",
    path: "/maintenance",
    tag: "Maintenance",
    summary: "Set a maintenance",
    body: maintenanceInput,
    answers: [{ status: 201, schema: maintenance }],
    handle: async ({ ctx, body }) => {
      const done = await setMaintenance(ctx, { input: body });
      return done.ok ? ok({ status: 201, body: done.value, version: done.value.version }) : done;
    },
  }),
  endpoint({
    method: "get",
    path: "/maintenance",
    tag: "Maintenance",
    summary: "Maintenance, the newest beginning first",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(maintenance) }],
    handle: async ({ ctx, query }) => {
      const read = await viewMaintenance(ctx, { page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "delete",
    path: "/maintenance/{id}",
    tag: "Maintenance",
    summary: "Take a maintenance back, or end it now",
    takesVersion: true,
    answers: [{ status: 204, schema: null }],
    handle: async ({ ctx, params: { id }, ifMatch }) => {
      const done = await endMaintenanceNow(ctx, { id, ifMatch });
      return done.ok ? ok({ status: 204 }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/changes",
    tag: "Changes",
    summary: "Mark a deploy or an edit",
    body: changeInput,
    answers: [{ status: 201, schema: change }],
    handle: async ({ ctx, body }) => {
      const done = await markChange(ctx, { input: body });
      return done.ok ? ok({ status: 201, body: done.value }) : done;
    },
  }),
  endpoint({
    method: "get",
    path: "/changes",
    tag: "Changes",
    summary: "Deploys and edits, newest first",
    query: z.object({ from: at, to: at, ...pageFields }),
    answers: [{ status: 200, schema: listOf(change) }],
    handle: async ({ ctx, query }) => {
      const read = await viewChanges(ctx, { from: query.from, to: query.to, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "get",
    path: "/webhooks",
    tag: "Webhooks",
    summary: "Outgoing webhooks, by name",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(webhook) }],
    handle: async ({ ctx, query }) => {
      const read = await viewWebhooks(ctx, { page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "put",
    path: "/webhooks/{name}",
    tag: "Webhooks",
    summary: "Make or change a webhook",
    body: webhookInput,
    takesVersion: true,
    answers: [
      { status: 200, schema: webhook },
      { status: 201, schema: webhook },
    ],
    handle: async ({ ctx, params, body, ifMatch }) => {
      const named = readInput(z.object({ name: slug }), { name: params.name });
      if (!named.ok) return named;
      const done = await putWebhook(ctx, { name: named.value.name, input: body, ifMatch });
      if (!done.ok) return done;
      const { created, webhook: shape, generated } = done.value;
      const shown = generated === null ? shape : { ...shape, secret: generated };
      return ok({ status: created ? 201 : 200, body: shown, version: shape.version });
    },
  }),
  endpoint({
    method: "get",
    path: "/webhooks/{name}",
    tag: "Webhooks",
    summary: "One webhook",
    answers: [{ status: 200, schema: webhook }],
    handle: async ({ ctx, params }) => {
      const read = await viewWebhook(ctx, params);
      return read.ok ? ok({ status: 200, body: read.value, version: read.value.version }) : read;
    },
  }),
  endpoint({
    method: "delete",
    path: "/webhooks/{name}",
    tag: "Webhooks",
    summary: "Remove a webhook",
    takesVersion: true,
    answers: [{ status: 204, schema: null }],
    handle: async ({ ctx, params, ifMatch }) => {
      const done = await removeWebhook(ctx, { name: params.name, ifMatch });
      return done.ok ? ok({ status: 204 }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/webhooks/{name}/test",
    tag: "Webhooks",
    summary: "Send it a test message",
    answers: [{ status: 202, schema: z.object({ id: uuid }) }],
    handle: async ({ ctx, params }) => {
      const done = await testWebhook(ctx, { name: params.name });
      return done.ok ? ok({ status: 202, body: done.value }) : done;
    },
  }),
  endpoint({
    method: "get",
    path: "/webhooks/{name}/deliveries",
    tag: "Webhooks",
    summary: "What was sent to it and what waits, newest first",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(delivery) }],
    handle: async ({ ctx, params, query }) => {
      const read = await viewDeliveries(ctx, { name: params.name, page: pageOf(query) });
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
];
