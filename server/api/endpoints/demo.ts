/** The demo: started, its switch turned, and removed. */
import { z } from "@hono/zod-openapi";
import { conflict, ok, type Result, refuse } from "#lib/problem.ts";
import type { Demo } from "../../demo/demo.ts";
import { demoOfProcess } from "../../demo/of-process.ts";
import { endpoint } from "../endpoint.ts";

const tag = "Demo";

const state = z
  .object({
    made: z.boolean(),
    running: z.boolean(),
    wrong: z.boolean(),
    route: z.string().nullable(),
    schedules: z.array(z.string()),
    everySeconds: z.int(),
  })
  .meta({
    id: "Demo",
    description: "`running`: in this process; `wrong`: its gate expects another contract than its scheduler presents.",
  });

/** A process that is still starting has none yet. */
async function ask<T>(question: (demo: Demo) => Promise<Result<T>>): Promise<Result<T>> {
  const demo = demoOfProcess();
  return demo
    ? question(demo)
    : refuse(conflict("starting", { message: "The demo cannot be asked yet.", doNext: "Ask again in a moment." }));
}

export const DEMO = [
  endpoint({
    method: "get",
    path: "/demo",
    tag,
    summary: "Whether there is a demo, and how its switch stands",
    answers: [{ status: 200, schema: state }],
    handle: async ({ ctx }) => {
      const read = await ask((demo) => demo.state(ctx));
      return read.ok ? ok({ status: 200, body: read.value }) : read;
    },
  }),
  endpoint({
    method: "post",
    path: "/demo",
    tag,
    summary: "Start the demo",
    answers: [{ status: 200, schema: state }],
    handle: async ({ ctx }) => {
      const done = await ask((demo) => demo.start(ctx));
      return done.ok ? ok({ status: 200, body: done.value }) : done;
    },
  }),
  endpoint({
    method: "post",
    path: "/demo/contract",
    tag,
    summary: "Harden its gate against the wrong contract, or put the right one back",
    body: z.object({ wrong: z.boolean() }).meta({ id: "DemoContract" }),
    answers: [{ status: 200, schema: state }],
    handle: async ({ ctx, body }) => {
      const done = await ask((demo) => demo.turn(ctx, body));
      return done.ok ? ok({ status: 200, body: done.value }) : done;
    },
  }),
  endpoint({
    method: "delete",
    path: "/demo",
    tag,
    summary: "Remove the demo: archive its schedules, delete its route",
    answers: [{ status: 204, schema: null }],
    handle: async ({ ctx }) => {
      const done = await ask((demo) => demo.remove(ctx));
      return done.ok ? ok({ status: 204 }) : done;
    },
  }),
];
