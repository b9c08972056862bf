/** A user's endpoint that drives a scheduler of its own: what the driver `webhook` speaks to; only tests import it. */
import { Webhook } from "standardwebhooks";
import { givenTarget, type Target } from "./target.ts";

export interface Ran {
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt?: string;
  readonly outcome?: "success" | "fail";
  readonly window?: string;
  readonly log?: string;
}

export interface Job {
  spec: unknown;
  native: string;
  enabled: boolean;
  readonly runs: Ran[];
  readonly attempts: {
    readonly id: string;
    readonly at: string;
    readonly outcome?: string;
    readonly status?: number;
  }[];
}

export interface UserEndpoint extends Target {
  readonly jobs: Map<string, Job>;
  readonly fired: { readonly ref: string; readonly window: string | null; readonly id: string }[];
  /** What it answers instead, while it is set. */
  answers: { readonly status: number; readonly body?: unknown } | null;
  /** Up to when its history is whole; `null`: it says nothing of it. */
  coversTo: () => string | null;
}

export const USER_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

export async function userEndpoint(): Promise<UserEndpoint> {
  const jobs = new Map<string, Job>();
  const fired: UserEndpoint["fired"][number][] = [];
  const answer = (asked: Record<string, unknown>): { status: number; body: unknown } => {
    const ref = String(asked["ref"]);
    const job = jobs.get(ref);
    const held = (of: Job) => ({ spec: of.spec, timezone: "UTC", native: of.native, enabled: of.enabled });
    if (asked["type"] === "driver.discover") {
      return { status: 200, body: { jobs: [...jobs].map(([name, one]) => ({ ref: name, name, held: held(one) })) } };
    }
    if (!job) return { status: 404, body: { message: `there is no ${ref} here` } };
    switch (asked["type"]) {
      case "driver.read":
        return { status: 200, body: { held: held(job) } };
      case "driver.apply": {
        const { put, instead } = asked as Record<string, { spec: { expression?: string }; native?: string; enabled?: boolean }>; // biome-ignore format: one line
        if (instead?.native !== job.native) return { status: 409, body: { held: held(job) } };
        job.spec = put?.spec;
        job.native = put?.native ?? put?.spec.expression ?? "?";
        job.enabled = put?.enabled ?? job.enabled;
        return { status: 200, body: {} };
      }
      case "driver.history": {
        const [attempts, runs] = (asked["cursor"] as [number, number] | null) ?? [0, 0];
        const running = job.runs.filter((run) => run.finishedAt === undefined).length;
        return {
          status: 200,
          body: {
            attempts: job.attempts.slice(attempts),
            runs: job.runs.slice(runs),
            cursor: [job.attempts.length, job.runs.length - running],
            coversTo: endpoint.coversTo(),
          },
        };
      }
      case "driver.fire":
        fired.push({ ref, window: asked["window"] as string | null, id: String(asked["id"]) });
        return { status: 202, body: { namesWindow: true } };
      default:
        return { status: 501, body: { message: "never heard of it" } };
    }
  };
  const target = await givenTarget((request, response, body) => {
    const send = (status: number, value: unknown) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(value));
    };
    const { "webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature } = request.headers;
    // Not by `verify`, which wants the present: a test sets its own.
    const due = new Webhook(USER_SECRET).sign(String(id), new Date(Number(at) * 1_000), body.toString());
    if (signature !== due) return send(401, { message: "not signed as agreed" });
    if (endpoint.answers) return send(endpoint.answers.status, endpoint.answers.body ?? {});
    const { status, body: value } = answer(JSON.parse(body.toString()) as Record<string, unknown>);
    return send(status, value);
  });
  const endpoint: UserEndpoint = { ...target, jobs, fired, answers: null, coversTo: () => null };
  return endpoint;
}
