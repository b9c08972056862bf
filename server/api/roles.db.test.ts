/** Every endpoint against every role and scope: the services say who may, and a new endpoint has to say it here. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { mayNot, type Permission, ROLES, type Role, SCOPES, type Scope } from "#lib/access/actor.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { openDemo } from "../demo/demo.ts";
import { holdDemo } from "../demo/of-process.ts";
import { ENDPOINTS } from "./table.ts";

const db = useDatabase();
const callers = new Map<Role | Scope, Call>();
let cast: Cast;

const PERSON: Readonly<Record<Role, "vera" | "rosa" | "otto" | "ada">> = {
  viewer: "vera",
  responder: "rosa",
  operator: "otto",
  admin: "ada",
};

beforeAll(async () => {
  const log = () => {};
  // One that may be asked, and never starts.
  const { clock } = db.runtime;
  holdDemo(openDemo({ rollcall: "", secret: "", everySeconds: 60, alone: false, clock, sleep: async () => {}, log }));
  cast = await insertCast(db.sql, db.clock.now());
  for (const role of ROLES) callers.set(role, await sessionCaller(cast[PERSON[role]]));
  for (const scope of SCOPES) callers.set(scope, await keyCaller(scope));
});

afterAll(() => holdDemo(null));

const NEEDS: Readonly<Record<string, Permission>> = {
  "get /settings/retention": "see",
  "put /settings/retention": "administer",
  "post /settings/retention/preview": "administer",
  "get /settings/about": "see",
  "get /settings/ping-key": "administer",
  "post /settings/ping-key/rotate": "manage_people",
  "get /webhooks/{name}/deliveries": "see",
  "get /schedules": "see",
  "put /schedules/{slug}": "administer",
  "get /schedules/{slug}": "see",
  "delete /schedules/{slug}": "administer",
  "post /schedules/{slug}/pause": "operate",
  "post /schedules/{slug}/resume": "operate",
  "post /schedules/{slug}/trigger": "operate",
  "post /schedules/{slug}/rotate": "administer",
  "get /schedules/{slug}/versions": "see",
  "post /schedules/preview": "see",
  "post /schedules/{slug}/backtest": "see",
  "post /imports/preview": "administer",
  "get /schedules/{slug}/windows": "see",
  "get /schedules/{slug}/statistics": "see",
  "get /schedules/{slug}/check-ins": "see",
  "get /schedules/{slug}/check-ins/{id}/body": "see",
  "get /schedules/{slug}/why": "see",
  "get /timeline": "see",
  "get /timeline/bad": "see",
  "get /timeline/density": "see",
  "get /timeline/lanes": "see",
  "get /search": "see",
  "get /runs": "see",
  "get /runs/{id}": "see",
  "get /runs/{id}/log": "see",
  "post /runs/{id}/close": "operate",
  "get /discarded": "see",
  "post /discarded/{id}/repair": "administer",
  "post /discarded/{id}/unrepair": "administer",
  "get /incidents": "see",
  "get /incidents/{id}": "see",
  "get /incidents/{id}/changes": "see",
  "post /incidents/{id}/acknowledge": "respond",
  "post /incidents/{id}/snooze": "respond",
  "post /incidents/{id}/unacknowledge": "respond",
  "post /incidents/{id}/unsnooze": "respond",
  "post /incidents/bulk": "respond",
  "post /incidents/{id}/resolve": "respond",
  "post /incidents/{id}/notes": "respond",
  "post /incidents/{id}/assign": "respond",
  "post /incidents/{id}/make-good": "operate",
  "post /schedules/{slug}/accelerations": "operate",
  "get /accelerations": "see",
  "get /accelerations/{id}": "see",
  "post /accelerations/{id}/revert": "operate",
  "get /outages": "see",
  "get /outages/{id}": "see",
  "post /maintenance": "operate",
  "get /maintenance": "see",
  "delete /maintenance/{id}": "operate",
  "post /changes": "administer",
  "get /changes": "see",
  "get /webhooks": "see",
  "put /webhooks/{name}": "administer",
  "get /webhooks/{name}": "see",
  "delete /webhooks/{name}": "administer",
  "post /webhooks/{name}/test": "administer",
  "get /drivers": "see",
  "get /connections": "see",
  "put /connections/{name}": "administer",
  "get /connections/{name}": "see",
  "delete /connections/{name}": "administer",
  "post /connections/{name}/discover": "administer",
  "get /routes": "see",
  "put /routes/{name}": "administer",
  "get /routes/{name}": "see",
  "delete /routes/{name}": "administer",
  "post /routes/{name}/rotate": "administer",
  "post /routes/{name}/verify": "respond",
  "get /routes/{name}/verifications": "see",
  "post /drains/{route}": "report",
  "post /boundary/decisions": "report",
  "get /boundary/counts": "see",
  "get /boundary/decisions": "see",
  "get /demo": "see",
  "post /demo": "administer",
  "post /demo/contract": "operate",
  "delete /demo": "administer",
  "get /keys": "manage_people",
  "post /keys": "manage_people",
  "delete /keys/{id}": "manage_people",
  "get /people": "manage_people",
  "post /people": "manage_people",
  "get /people/{id}": "manage_people",
  "patch /people/{id}": "manage_people",
  "delete /people/{id}": "manage_people",
  "get /audit": "administer",
};

/** A body that validates, so that nothing but the role can refuse it before it is looked for. */
const BODIES: Readonly<Record<string, unknown>> = {
  "post /demo/contract": { wrong: true },
  "put /schedules/{slug}": {
    name: "A",
    spec: { kind: "interval", everySeconds: 60 },
    timezone: "UTC",
    graceSeconds: 1,
  },
  "post /imports/preview": { text: "0 2 * * * backup" },
  "post /schedules/preview": { spec: { kind: "interval", everySeconds: 60 }, timezone: "UTC" },
  "post /runs/{id}/close": { note: "x" },
  "post /discarded/{id}/repair": { as: "new", slug: "x" },
  "post /incidents/{id}/snooze": { until: "2027-02-01T00:00:00Z" },
  "post /incidents/{id}/notes": { text: "x" },
  "post /incidents/bulk": { ids: ["0b9d6a8e-0000-4000-8000-00000000dead"], act: { kind: "unacknowledge" } },
  "post /incidents/{id}/assign": { userId: null },
  "post /incidents/{id}/make-good": { mode: "excuse", max: 1, perMinute: 1 },
  "post /schedules/{slug}/accelerations": {
    spec: { kind: "interval", everySeconds: 60 },
    maxDurationSeconds: 3_600,
    reason: "x",
  },
  "post /maintenance": { from: "2027-01-13T00:00:00Z", to: "2027-01-14T00:00:00Z", reason: "x" },
  "post /changes": { title: "x" },
  "put /webhooks/{name}": { url: "https://a.example" },
  "put /connections/{name}": { kind: "pg-cron", host: "127.0.0.1", database: "of the role test" },
  "put /routes/{name}": { contract: { kind: "bearer", secret: "a secret of the role test" } },
  "post /boundary/decisions": { id: "0b9d6a8e-0000-4000-8000-00000000dead", route: "role-test", outcome: "admitted" },
  "post /keys": { name: "role test", scope: "read" },
  "post /people": { email: "new@example.com", name: "New", role: "viewer" },
  "patch /people/{id}": { name: "New" },
};

const NOBODY = "0b9d6a8e-0000-4000-8000-00000000dead";

test("every endpoint says here who may", () => {
  expect(ENDPOINTS.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(NEEDS).sort());
});

test.each(Object.entries(NEEDS))("%s needs %s", async (name, permission) => {
  const [method = "", template = ""] = name.split(" ");
  const path = template.replace("{slug}", "role-test").replace("{name}", "role-test").replace("{id}", NOBODY);
  const body = BODIES[name] ?? (method === "get" || method === "delete" ? undefined : {});
  for (const who of [...SCOPES, ...ROLES]) {
    const call = callers.get(who);
    if (!call) throw new Error(`nobody is ${who}`);
    const scope = SCOPES.find((one) => one === who);
    const actor = scope
      ? ({ kind: "key", id: NOBODY, name: "a key", scope } as const)
      : { ...cast.ada, role: who as Role };
    const may = mayNot(actor, permission) === null;
    const { status } = await call(method.toUpperCase(), path, body);
    expect([who, status === 403], `${name} as ${who}: ${status}`).toEqual([who, !may]);
    expect(status).not.toBe(401);
    expect(status).toBeLessThan(500);
  }
});

/** The rows of the table of roles, and what of the API each speaks of. */
const ROWS: readonly (readonly [string, Permission, readonly Role[], readonly string[]])[] = [
  [
    "see everything but secrets: viewer, responder, operator, admin",
    "see",
    ["viewer", "responder", "operator", "admin"],
    Object.keys(NEEDS).filter((name) => name.startsWith("get ") && !/ping-key|\/(keys|people|audit)/.test(name)),
  ],
  [
    "acknowledge, note, assign, snooze, resolve incidents; run a matrix: responder, operator, admin",
    "respond",
    ["responder", "operator", "admin"],
    [
      ...["acknowledge", "notes", "assign", "snooze", "resolve"].map((act) => `post /incidents/{id}/${act}`),
      "post /routes/{name}/verify",
    ],
  ],
  [
    "accelerate, revert, pause, resume, run now, make good, set maintenance: operator, admin",
    "operate",
    ["operator", "admin"],
    [
      ...["post /schedules/{slug}/accelerations", "post /accelerations/{id}/revert", "post /schedules/{slug}/pause"],
      ...["post /schedules/{slug}/resume", "post /schedules/{slug}/trigger", "post /incidents/{id}/make-good"],
      ...["post /maintenance", "delete /maintenance/{id}"],
    ],
  ],
  [
    "edit schedules, routes, connections, channels, keys, people; read the audit log: admin",
    "administer",
    ["admin"],
    [
      ...["schedules/{slug}", "routes/{name}", "connections/{name}", "webhooks/{name}"].flatMap((path) => [
        ...[`put /${path}`, `delete /${path}`],
      ]),
      ...["post /keys", "delete /keys/{id}", "post /people", "patch /people/{id}", "delete /people/{id}", "get /audit"],
    ],
  ],
];

test.each(ROWS)("%s", (_row, permission, roles, names) => {
  for (const name of names) {
    // Keys and people are an admin's too, and by session alone.
    const needed = /\/(keys|people)/.test(name) ? "manage_people" : permission;
    expect([name, NEEDS[name]]).toEqual([name, needed]);
  }
  const may = ROLES.filter((role) => mayNot({ ...cast.ada, role }, permission) === null);
  expect([...may].sort()).toEqual([...roles].sort());
});

test("people and keys by session of an admin only", async () => {
  expect((await callers.get("write")?.("GET", "/people"))?.status).toBe(403);
  expect((await callers.get("admin")?.("GET", "/people"))?.status).toBe(200);
});

test("a signed-in session whose writes need our own `Origin`", async () => {
  const ada = await sessionCaller(cast.ada);
  const write = (origin: string) => ada("POST", "/changes", { title: "x" }, { origin });
  expect((await write("https://evil.example")).body).toMatchObject({ status: 403, code: "foreign_origin" });
  expect((await write("http://127.0.0.1:3000")).status).toBe(201);
});

test("Max may see nothing", async () => {
  expect((await (await sessionCaller(cast.max))("GET", "/schedules")).status).toBe(401);
});
