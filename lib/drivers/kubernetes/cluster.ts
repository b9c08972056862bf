/**
 * How the driver reaches somebody's cluster: through the official client, loaded by the first question, with a limit on
 * each request, and errors without secrets. What a kubeconfig may ask of a client (programs to run, files to read) is
 * not taken: an address, a certificate and a token are all it is told.
 */
import type { BatchV1Api, V1Status } from "@kubernetes/client-node";
import { no, reasonOf } from "../answer.ts";
import type { Answer } from "../driver.ts";
import { type ConfigOf, optionalLines, optionalText, RUNS, secret, textOr, url } from "../fields.ts";

export const CLUSTER_FIELDS = {
  server: url("the address of the API server"),
  token: secret("the token of a service account that may get, list and patch cronjobs, and get, list and create jobs"),
  ca: optionalLines("the certificate of the cluster's authority, PEM; without one the system's are trusted"),
  namespace: optionalText("the namespace; all that the account may see if left out"),
  timezone: textOr("UTC", "the time zone of the controller: a CronJob without timeZone fires by it"),
  runs: RUNS,
} as const;
export type ClusterConfig = ConfigOf<typeof CLUSTER_FIELDS>;

const LIMIT = 10_000;

/** An answer that is none of success: what the API server says of it. */
export interface ApiProblem {
  readonly code: number;
  readonly message: string;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** The status that the API server answered with; `null`: it answered nothing. */
export function apiProblem(thrown: unknown): ApiProblem | null {
  if (!isRecord(thrown) || typeof thrown["code"] !== "number") return null;
  let body: unknown = thrown["body"];
  if (typeof body === "string") {
    try {
      body = JSON.parse(body);
    } catch {
      body = null;
    }
  }
  const message = isRecord(body) ? (body as V1Status).message : undefined;
  return { code: thrown["code"], message: reasonOf(message ?? `status ${thrown["code"]}`) };
}

/** Asks the API; what is thrown becomes an answer. A status of 404 is said of `what`. */
export async function withCluster<T>(
  { server, token, ca }: ClusterConfig,
  what: string,
  work: (api: BatchV1Api) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const {
    BatchV1Api: Api,
    createConfiguration,
    KubeConfig,
    ServerConfiguration,
  } = await import("@kubernetes/client-node");
  const credentials = new KubeConfig();
  const authority = ca === undefined ? {} : { caData: Buffer.from(ca, "utf8").toString("base64") };
  credentials.loadFromClusterAndUser(
    { name: "cluster", server, skipTLSVerify: false, ...authority },
    { name: "rollcall", ...(token === undefined ? {} : { token }) },
  );
  const api = new Api(
    createConfiguration({
      baseServer: new ServerConfiguration(server.replace(/\/+$/, ""), {}),
      authMethods: { default: credentials },
      promiseMiddleware: [
        {
          pre: async (request) => {
            request.setSignal(AbortSignal.timeout(LIMIT));
            // The client would choose JSON Patch, which cannot compare what it does not name.
            if (request.getHttpMethod().toString() === "PATCH")
              request.setHeaderParam("Content-Type", "application/merge-patch+json");
            return request;
          },
          post: async (response) => response,
        },
      ],
    }),
  );
  try {
    return await work(api);
  } catch (thrown) {
    const problem = apiProblem(thrown);
    if (problem === null) return no("unreachable", `The API server does not answer: ${reasonOf(thrown)}.`);
    if (problem.code === 404) return no("not_found", `The cluster has no ${what}.`);
    if (problem.code === 429 || problem.code >= 500)
      return no("unreachable", `The API server cannot answer now: ${problem.message}.`);
    return no("refused", `The API server refused: ${problem.message}.`);
  }
}
