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
