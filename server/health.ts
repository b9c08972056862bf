import { spoolState } from "#lib/evidence/intake/of-process.ts";
import { answerJson, type Door } from "./door.ts";

/** `spooling`: the database is away and check-ins go to disk. `unavailable`: not even that is possible. */
export type Health =
  | { readonly status: "ok" | "spooling" }
  | { readonly status: "unavailable"; readonly because: string };

export const healthDoor =
  (health: () => Health): Door =>
  (request, response) => {
    if (request.method !== "GET" && request.method !== "HEAD") {
      response.setHeader("allow", "GET, HEAD");
      return answerJson(response, 405, { status: "unavailable", because: "ask with GET" });
    }
    const now = health();
    answerJson(response, now.status === "unavailable" ? 503 : 200, now);
  };

export const starting: Health = { status: "unavailable", because: "Rollcall is starting" };

/** @param away whether the database is known to be away */
export function healthOf(away: boolean): Health {
  const { failure, spooling } = spoolState();
  if (failure !== null) return { status: "unavailable", because: `check-ins can be stored nowhere: ${failure}` };
  return { status: spooling || away ? "spooling" : "ok" };
}
