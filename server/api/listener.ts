import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { unreadable } from "#lib/problem.ts";
import { makeApi } from "./app.ts";
import { problemOfThrown, problemResponse } from "./problem-response.ts";

const api = makeApi();

const listener = getRequestListener((request) => api.fetch(request), {
  // Reached by what no Request can be made of, such as a Host that is none.
  errorHandler: (thrown) => {
    const unusable = thrown instanceof Error && thrown.name === "RequestError";
    return problemResponse(
      unusable ? unreadable({ message: "This is no request." }) : problemOfThrown(thrown, { method: "", path: "" }),
    );
  },
  overrideGlobalObjects: false,
});

/** Answers what comes below `/api/v1`. */
export function apiListener(request: IncomingMessage, response: ServerResponse): void {
  void listener(request, response);
}
