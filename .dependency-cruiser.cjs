/**
 * The arrows: which module may know which. `npm run arrows` checks them, prints each with its reason, and draws what is
 * there. `pure` below is the heart of it: what holds no connection, no file and no clock can be tested in milliseconds.
 */

/** The modules of lib, from the ground up: each imports only what stands above it in this list. */
const LAYERS = [
  "problem.ts",
  "read-input.ts",
  "project-root.ts",
  "config.ts",
  "log.ts",
  "time",
  "input",
  "runtime.ts",
  "db",
  "access",
  "outbound",
  "schedules",
  "drivers",
  "evidence",
  "boundary",
  "verdicts",
  "incidents",
  "accelerations",
  "notifications",
  "retention",
  "engine",
  "views",
];

const TESTS = "(\\.test\\.tsx?$|^lib/testing/|^packages/gate/testing/|^e2e/|^bench/|^trials/)";
const GENERATED = "^lib/db/generated/";

const STORES = "(^|/)(store|[a-z-]+-store)\\.ts$|/store/";
/** Use cases and what holds files, connections or the state of a process, under names of their own. */
const KNOWS_THE_WORLD = [
  "^lib/(db|engine|testing)/",
  "^lib/(runtime|log|config|project-root)\\.ts$",
  "^lib/time/(clock|timers|sleep)\\.ts$",
  "(^|/)service\\.ts$",
  "^lib/schedules/changes\\.ts$",
  "^lib/evidence/(intake|spool)/",
  "^lib/evidence/(registry-follow|discarded-book|placer)\\.ts$",
  "^lib/incidents/act\\.ts$",
  "^lib/notifications/channels/",
  "^lib/drivers/",
  "^lib/outbound/ask\\.ts$",
].join("|");
const NOT_PURE = `${STORES}|${KNOWS_THE_WORLD}`;
const PURE_MODULES = "^lib/(problem|read-input)\\.ts$|^lib/(time|input|outbound|schedules|evidence|boundary|verdicts|incidents|accelerations|notifications|retention)/"; // biome-ignore format: one expression
const PURE_OF_OTHERS = "^lib/access/(actor|context|device|headers|next-path|own-origin|schema|token)\\.ts$|^lib/views/(keys|ladder|words)\\.ts$"; // biome-ignore format: one expression

/** A layer of lib as a path. */
const at = (layer) => (layer.endsWith(".ts") ? `lib/${layer.replace(".", "\\.")}$` : `lib/${layer}/`);

const inOrder = LAYERS.slice(0, -1).map((layer, index) => ({
  name: `order-${layer.replace(".ts", "")}`,
  comment: "lib stands in one order, from the ground up: so that a module can be read knowing only those above it.",
  from: { path: `^${at(layer)}`, pathNot: `${TESTS}|${GENERATED}` },
  to: {
    path: LAYERS.slice(index + 1).map((later) => `^${at(later)}`),
    pathNot: GENERATED,
    // The one bow: what a process has once holds the database's client by type, and the database asks for it.
    ...(layer === "runtime.ts" ? { dependencyTypesNot: ["type-only"] } : {}),
  },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-circle",
      comment: "Two files that need each other are one file, or hide a third.",
      from: { pathNot: GENERATED },
      to: { circular: true },
    },
    {
      name: "nothing-unresolved",
      comment: "An import that leads nowhere breaks where it is first reached, not where it is written.",
      from: { pathNot: GENERATED },
      to: { couldNotResolve: true },
    },
    {
      name: "doors-are-not-imported",
      comment: "Doors and pages are entered from outside: what two of them need belongs in lib.",
      from: { path: "^(lib|components|packages)/", pathNot: TESTS },
      to: { path: "^(app|server)/" },
    },
    {
      name: "app-and-server-apart",
      comment:
        "The server hands requests to Next and knows no page; a page runs in Next's copy of the code and knows no door.",
      from: { path: "^(app|server)/", pathNot: TESTS },
      to: { path: "^(app|server)/", pathNot: "^$1/" },
    },
    {
      name: "testing-is-for-tests",
      comment: "What makes databases and people for tests must not reach what is served.",
      from: { pathNot: TESTS },
      to: { path: "^lib/testing/" },
    },
    {
      name: "generated-client-is-the-databases",
      comment: "The generated client is asked through lib/db, so that a transaction has one form.",
      from: { pathNot: `^lib/db/|^lib/runtime\\.ts$|${STORES}|${TESTS}` },
      to: { path: GENERATED },
    },
    ...inOrder,
    {
      name: "pure-knows-only-pure",
      comment:
        "Pure files import only pure files (a type of a transaction that is handed through excepted): so that a year can be tested in a second.",
      from: { path: `${PURE_MODULES}|${PURE_OF_OTHERS}`, pathNot: `${NOT_PURE}|${TESTS}` },
      to: {
        path: "^(lib|app|server|components)/",
        pathNot: [PURE_MODULES, PURE_OF_OTHERS],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "pure-knows-no-store",
      comment: "A rule that asks the database can no longer be tested without one.",
      from: { path: `${PURE_MODULES}|${PURE_OF_OTHERS}`, pathNot: `${NOT_PURE}|${TESTS}` },
      to: { path: NOT_PURE, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "pure-does-no-io",
      comment: "Files, sockets, processes and timers belong to what knows the world.",
      from: { path: `${PURE_MODULES}|${PURE_OF_OTHERS}`, pathNot: `${NOT_PURE}|${TESTS}` },
      to: {
        path: "^(node:)?(fs|net|tls|http|https|child_process|cluster|dgram|dns|os|worker_threads|timers)(/|$)|node_modules/(pg|next|pino|@prisma/|react)/",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "browser-takes-only-pure",
      comment:
        "Components and the parts of a screen import pure files only: else the database lands in the browser's bundle.",
      from: { path: "^components/|^app/.*_parts/", pathNot: TESTS },
      to: {
        path: "^(lib|app)/",
        // A server action is a stub in the browser.
        pathNot: ["^app/.*_parts/", "^app/.*actions\\.ts$", PURE_OF_OTHERS, PURE_MODULES],
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "browser-takes-no-store",
      comment: "The same, for what lies in a pure module without being pure.",
      from: { path: "^components/|^app/.*_parts/", pathNot: TESTS },
      to: { path: [NOT_PURE, "^(node:)?(fs|net|child_process|crypto)(/|$)"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "doors-ask-no-store",
      comment:
        "Pages, doors and the API ask views, services and the engine: so that a door is thin and a table has one owner.",
      from: { path: "^(app|server)/", pathNot: TESTS },
      to: { path: STORES, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "doors-open-no-transaction",
      comment: "Pages and API endpoints know no database; only what composes the process opens one.",
      from: { path: "^app/|^server/(api|hot)/", pathNot: TESTS },
      // `away` tells whether an error means that the database is away: a door has to say 503 then. `new-id` asks nothing.
      to: { path: "^lib/db/", pathNot: "^lib/db/(away|new-id)\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "ground-knows-no-schedule",
      comment:
        "Time, problems, configuration, runtime, database and access know no schedule: they could serve another program.",
      from: { path: "^lib/(problem\\.ts|config\\.ts|runtime\\.ts|time/|db/|access/|outbound/)", pathNot: TESTS },
      to: {
        path: "^lib/(schedules|drivers|evidence|boundary|verdicts|incidents|accelerations|notifications|engine|views)/",
      },
    },
    {
      name: "gate-stands-alone",
      comment: "The gate is installed into other people's applications: it takes nothing of Rollcall along.",
      from: { path: "^packages/gate/", pathNot: TESTS },
      to: { path: "^(lib|app|server|components)/" },
    },
    {
      name: "gate-core-needs-nothing",
      comment:
        "Only two files of the gate know Node, and one knows jose: so that the rest runs on any edge, and small.",
      from: { path: "^packages/gate/src/", pathNot: `^packages/gate/src/(crypto/node|jwt|index-node)\\.ts$|${TESTS}` },
      to: { path: "^(node:|crypto$|http$)|node_modules/" },
    },
    {
      name: "pure-takes-the-gates-rules",
      comment:
        "Contracts, shapes, headers and the decision of the gate are pure; its clock, fetching and reporting are not.",
      from: { path: `${PURE_MODULES}|${PURE_OF_OTHERS}|^components/`, pathNot: `${NOT_PURE}|${TESTS}` },
      to: {
        path: "^packages/gate/",
        pathNot:
          "^packages/gate/src/(contracts|shape|headers)/|^packages/gate/src/(decide|judge|describe)\\.ts$|^packages/gate/src/crypto/(crypto|encoding)\\.ts$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "clients-of-schedulers-come-when-asked",
      comment:
        "Clients of other people's schedulers are loaded by the first question: whoever has no such connection pays nothing.",
      from: { path: "^(lib|app|server|components)/", pathNot: TESTS },
      to: {
        path: "node_modules/(bullmq|ioredis|@kubernetes/client-node)/",
        dynamic: false,
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "scripts-are-not-imported",
      comment: "Trials and benchmarks stand outside of the program.",
      from: { path: "^(lib|app|server|components|packages)/" },
      to: { path: "^(trials|bench|e2e|scripts)/" },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", "^dist/", "^\\.next/"] },
    exclude: { path: "^(dist|packages/gate/dist|\\.next|data)/" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      extensions: [".ts", ".tsx", ".mjs", ".js", ".json"],
      conditionNames: ["import", "node", "default"],
      exportsFields: ["exports"],
    },
  },
};
