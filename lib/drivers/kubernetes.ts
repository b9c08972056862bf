/** CronJobs of a Kubernetes cluster (batch/v1, Kubernetes 1.27 and later). */
import type { BatchV1Api, V1CronJob, V1Job } from "@kubernetes/client-node";
import { changed, no, withSlugs, yes } from "./answer.ts";
import { type Answer, type Driver, type Proposal, sameHeld } from "./driver.ts";
import { apiProblem, CLUSTER_FIELDS, type ClusterConfig, withCluster } from "./kubernetes/cluster.ts";
import { heldOf, patchFor, readRef, refOf } from "./kubernetes/cron-job.ts";
import { jobFrom, readingOf } from "./kubernetes/jobs.ts";

const PAGE = 500;
const MOST_PAGES = 40;
/** Each firing writes the CronJob's status, and so moves its version as a foreign edit would. */
const TRIES = 20;

const notARef = no("not_found", "A CronJob is named by its namespace and its name: namespace/name.");

interface List<T> {
  readonly items: readonly T[];
  readonly metadata?: { readonly _continue?: string };
}

/** All pages of a list. */
async function everyOne<T>(page: (from: { readonly _continue?: string }) => Promise<List<T>>): Promise<readonly T[]> {
  const all: T[] = [];
  let from: { readonly _continue?: string } = {};
  for (let count = 0; count < MOST_PAGES; count++) {
    const { items, metadata } = await page(from);
    all.push(...items);
    if (!metadata?._continue) break;
    from = { _continue: metadata._continue };
  }
  return all;
}

const cronJobsOf = (api: BatchV1Api, namespace: string | undefined): Promise<readonly V1CronJob[]> =>
  everyOne((from) =>
    namespace === undefined
      ? api.listCronJobForAllNamespaces({ limit: PAGE, ...from })
      : api.listNamespacedCronJob({ namespace, limit: PAGE, ...from }),
  );

const jobsOf = (api: BatchV1Api, namespace: string): Promise<readonly V1Job[]> =>
  everyOne((from) => api.listNamespacedJob({ namespace, limit: PAGE, ...from }));

/** Does `work` with the CronJob that `ref` names. */
async function withCronJob<T>(
  config: ClusterConfig,
  ref: string,
  work: (api: BatchV1Api, at: { readonly namespace: string; readonly name: string }) => Promise<Answer<T>>,
): Promise<Answer<T>> {
  const at = readRef(ref);
  if (!at) return notARef;
  if (config.namespace !== undefined && config.namespace !== at.namespace)
    return no("not_found", `The connection speaks of the namespace ${config.namespace} alone.`);
  return withCluster(config, `CronJob ${ref.trim()}`, (api) => work(api, at));
}

export const kubernetes: Driver<ClusterConfig> = {
  kind: "kubernetes",
  label: "Kubernetes CronJob",
  fields: CLUSTER_FIELDS,
  refWords: "the namespace and the name of the CronJob: namespace/name",
  cannot: [
    "A cluster keeps only the last Jobs that have ended (by default three that succeeded and one that failed): where more may have gone between two readings the history has a hole, which Rollcall shows.",
    "Jobs that somebody deletes by hand leave no trace, and read as not fired.",
    "What pods have logged stays in the cluster: of a Job that failed only its reason is told.",
    "A Job that is fired by hand starts beside one that runs, whatever concurrencyPolicy says; it is made of the fields that Kubernetes 1.34 knows.",
    "A schedule with @every counts from when the CronJob was made, which Rollcall does not know.",
  ],
  discover: (config) =>
    withCluster(config, "such namespace", async (api) => {
      const proposals: Omit<Proposal, "slug">[] = [];
      for (const job of await cronJobsOf(api, config.namespace)) {
        const held = heldOf(job, config.timezone);
        const { namespace, name } = job.metadata ?? {};
        if (!held.ok || !namespace || !name) continue;
        proposals.push({
          ...{ ref: refOf(namespace, name), name, held: held.value },
          notes: [
            ...(held.value.enabled ? [] : ["It is suspended: no run is to be expected until it is resumed."]),
            ...(job.spec?.timeZone === undefined
              ? [`It names no timeZone: it fires by the controller's, by this connection ${config.timezone}.`]
              : []),
          ],
        });
      }
      return yes(withSlugs(proposals));
    }),
  read: (config, ref) =>
    withCronJob(config, ref, async (api, at) => heldOf(await api.readNamespacedCronJob(at), config.timezone)),
  apply: (config, { ref, put, instead }) =>
    withCronJob(config, ref, async (api, at) => {
      for (let tries = 0; tries < TRIES; tries++) {
        const job = await api.readNamespacedCronJob(at);
        const held = heldOf(job, config.timezone);
        if (!held.ok) return held;
        if (!sameHeld(held.value, instead)) return changed(held.value);
        const patch = patchFor(put, instead);
        if (!patch.ok) return patch;
        const { uid, resourceVersion } = job.metadata ?? {};
        try {
          // Of another version, or of another CronJob under this name, the API server refuses the patch.
          const body = { metadata: { uid, resourceVersion }, spec: patch.value };
          await api.patchNamespacedCronJob({ ...at, body, fieldManager: "rollcall" });
        } catch (thrown) {
          if (apiProblem(thrown)?.code === 409) continue;
          throw thrown;
        }
        return heldOf(await api.readNamespacedCronJob(at), config.timezone);
      }
      return no("refused", "The CronJob changes all the time: it could not be set between two changes.");
    }),
  attempts: (config, { ref, cursor }, world) =>
    withCronJob(config, ref, async (api, at) => {
      // Before it is asked: what is made while it answers belongs to the next reading.
      const now = world.clock.now();
      const cronJob = await api.readNamespacedCronJob(at);
      return yes(readingOf(await jobsOf(api, at.namespace), { cronJob, cursor, now }));
    }),
  fire: (config, { ref, window, id }) =>
    withCronJob(config, ref, async (api, at) => {
      const job = jobFrom(await api.readNamespacedCronJob(at), { id, window });
      if (!job) return no("refused", "The CronJob has no template of a Job.");
      try {
        await api.createNamespacedJob({ namespace: at.namespace, body: job, fieldManager: "rollcall" });
      } catch (thrown) {
        // It is there under this very id: it was fired before.
        if (apiProblem(thrown)?.code !== 409) throw thrown;
      }
      return yes({ namesWindow: window !== null });
    }),
};
