/** Keys and people, by session of an admin only (their services say so), and the audit log. */
import { z } from "@hono/zod-openapi";
import { ROLES, SCOPES } from "#lib/access/actor.ts";
import { listAudit } from "#lib/access/audit.ts";
import { createKey, listKeys, revokeKey } from "#lib/access/keys.ts";
import { changePerson, deletePerson, findPerson, invitePerson, listPeople } from "#lib/access/people.ts";
import { changePersonInput, inviteInput, keyInput } from "#lib/access/schema.ts";
import type { AuditEntry } from "#lib/access/store/audit.ts";
import type { ApiKey } from "#lib/access/store/keys.ts";
import type { Person } from "#lib/access/store/people.ts";
import { ok } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { toRfc3339 } from "#lib/time/instant.ts";
import { time as when } from "#lib/views/shapes.ts";
import { endpoint } from "../endpoint.ts";
import { at, pageFields, pageOf, words } from "../query.ts";
import { listOf, time, uuid } from "../shapes.ts";

const tag = "Access";

const key = z
  .object({
    id: uuid,
    name: z.string(),
    scope: z.enum(SCOPES),
    prefix: z.string(),
    createdAt: time,
    createdBy: z.string(),
    lastUsedAt: time.nullable(),
  })
  .meta({ id: "Key" });
const keyMade = key.extend({ key: z.string() }).meta({ id: "KeyMade", description: "`key` is shown this once." });
const keyShape = (row: ApiKey) => ({
  ...{ id: row.id, name: row.name, scope: row.scope, prefix: row.prefix },
  ...{ createdAt: toRfc3339(row.createdAt), createdBy: row.createdBy, lastUsedAt: when(row.lastUsedAt) },
});

const person = z
  .object({
    id: uuid,
    email: z.string(),
    name: z.string(),
    role: z.enum(ROLES),
    createdAt: time,
    disabledAt: time.nullable(),
    lastSeenAt: time.nullable(),
    invited: z.boolean(),
    version: z.int(),
  })
  .meta({ id: "Person" });
const personInvited = person
  .extend({ link: z.string() })
  .meta({ id: "PersonInvited", description: "`link` lets them choose a password; it is shown this once." });
const personShape = (row: Person) => ({
  ...{ id: row.id, email: row.email, name: row.name, role: row.role, createdAt: toRfc3339(row.createdAt) },
  ...{ disabledAt: when(row.disabledAt), lastSeenAt: when(row.lastSeenAt), invited: row.invited, version: row.version },
});

const audited = z
  .object({
    id: uuid,
    at: time,
    actor: z.object({ kind: z.enum(["person", "key", "system"]), id: z.string().nullable(), name: z.string() }),
    action: z.string(),
    subject: z.object({ kind: z.string(), id: z.string() }),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "AuditEntry" });
const auditShape = (row: AuditEntry) => ({
  id: row.id,
  at: toRfc3339(row.at),
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName },
  action: row.action,
  subject: { kind: row.subjectKind, id: row.subjectId },
  detail: row.detail,
});

export const ACCESS = [
  endpoint({
    method: "get",
    path: "/keys",
    tag,
    summary: "The API keys that are in force",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(key) }],
    handle: async ({ ctx, query }) => {
      const read = await listKeys(ctx, pageOf(query));
      if (!read.ok) return read;
      return ok({ status: 200, body: { ...read.value, items: read.value.items.map(keyShape) } });
    },
  }),
  endpoint({
    method: "post",
    path: "/keys",
    tag,
    summary: "Make a key; its text is shown once",
    body: keyInput,
    answers: [{ status: 201, schema: keyMade }],
    handle: async ({ ctx, body }) => {
      const done = await createKey(ctx, body);
      if (!done.ok) return done;
      return ok({ status: 201, body: { ...keyShape(done.value.key), key: done.value.text } });
    },
  }),
  endpoint({
    method: "delete",
    path: "/keys/{id}",
    tag,
    summary: "Revoke a key",
    answers: [{ status: 204, schema: null }],
    handle: async ({ ctx, params }) => {
      const done = await revokeKey(ctx, { id: params.id });
      return done.ok ? ok({ status: 204 }) : done;
    },
  }),
  endpoint({
    method: "get",
    path: "/people",
    tag,
    summary: "The people",
    query: z.object(pageFields),
    answers: [{ status: 200, schema: listOf(person) }],
    handle: async ({ ctx, query }) => {
      const read = await listPeople(ctx, pageOf(query));
      if (!read.ok) return read;
      return ok({ status: 200, body: { ...read.value, items: read.value.items.map(personShape) } });
    },
  }),
  endpoint({
    method: "post",
    path: "/people",
    tag,
    summary: "Invite a person; the link is shown once",
    body: inviteInput,
    answers: [{ status: 201, schema: personInvited }],
    handle: async ({ ctx, body }) => {
      const done = await invitePerson(ctx, body);
      if (!done.ok) return done;
      const link = new URL(done.value.link, runtime().config.publicUrl).href;
      const shape = personShape(done.value.person);
      return ok({ status: 201, body: { ...shape, link }, version: shape.version });
    },
  }),
  endpoint({
    method: "get",
    path: "/people/{id}",
    tag,
    summary: "One person",
    answers: [{ status: 200, schema: person }],
    handle: async ({ ctx, params }) => {
      const read = await findPerson(ctx, { id: params.id });
      return read.ok ? ok({ status: 200, body: personShape(read.value), version: read.value.version }) : read;
    },
  }),
  endpoint({
    method: "patch",
    path: "/people/{id}",
    tag,
    summary: "Change a person's name or role, disable or enable them",
    body: changePersonInput,
    takesVersion: true,
    answers: [{ status: 200, schema: person }],
    handle: async ({ ctx, params, body, ifMatch }) => {
      const { name, role, disabled } = body;
      const change = {
        ...(name === undefined ? {} : { name }),
        ...(role === undefined ? {} : { role }),
        ...(disabled === undefined ? {} : { disabled }),
      };
      const done = await changePerson(ctx, { id: params.id, ifMatch, change });
      return done.ok ? ok({ status: 200, body: personShape(done.value), version: done.value.version }) : done;
    },
  }),
  endpoint({
    method: "delete",
    path: "/people/{id}",
    tag,
    summary: "Remove a person",
    takesVersion: true,
    answers: [{ status: 204, schema: null }],
    handle: async ({ ctx, params, ifMatch }) => {
      const done = await deletePerson(ctx, { id: params.id, ifMatch });
      return done.ok ? ok({ status: 204 }) : done;
    },
  }),
  endpoint({
    method: "get",
    path: "/audit",
    tag,
    summary:
      "Who changed what, newest first; by who it was, by an action or the first word of it, by words in the subject",
    query: z.object({ actor: words, action: words, subject: words, from: at, to: at, ...pageFields }),
    answers: [{ status: 200, schema: listOf(audited) }],
    handle: async ({ ctx, query }) => {
      const { actor, action, subject, from, to } = query;
      const read = await listAudit(ctx, pageOf(query), { actor, action, subject, from, to });
      if (!read.ok) return read;
      return ok({ status: 200, body: { ...read.value, items: read.value.items.map(auditShape) } });
    },
  }),
];
