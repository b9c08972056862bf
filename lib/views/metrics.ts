/** Prometheus text (exposition format 0.0.4): what an operator of Rollcall watches. */
import { sqlOf } from "#lib/db/transaction.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import { checkInsCounted } from "#lib/evidence/counted.ts";
import { spoolState } from "#lib/evidence/intake/of-process.ts";
import { runtime } from "#lib/runtime.ts";
import { discardedTotals, incidentTotals, scheduleTotals, waiting } from "./totals-store.ts";

const KINDS: readonly CheckInKind[] = ["start", "success", "fail", "log"];

type Labels = Readonly<Record<string, string>>;

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: "gauge" | "counter";
  readonly samples: readonly { readonly labels?: Labels; readonly value: number }[];
}

const escaped = (value: string): string => value.replace(/[\\"\n]/g, (sign) => (sign === "\n" ? "\\n" : `\\${sign}`));

const labelled = (labels: Labels = {}): string => {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
};

const exposition = (metrics: readonly Metric[]): string =>
  metrics
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(({ labels, value }) => `${name}${labelled(labels)} ${value}`),
        "",
      ].join("\n"),
    )
    .join("");

const gauge = (name: string, help: string, value: number): Metric => ({
  ...{ name, help, type: "gauge" },
  samples: [{ value }],
});

function processMetrics(): Metric[] {
  const memory = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const { pool } = runtime();
  return [
    {
      ...{ name: "process_cpu_seconds_total", help: "CPU time spent, user and system.", type: "counter" },
      samples: [{ value: (user + system) / 1e6 }],
    },
    gauge("process_resident_memory_bytes", "Memory held.", memory.rss),
    gauge("process_start_time_seconds", "When this process began.", performance.timeOrigin / 1_000),
    gauge("nodejs_heap_size_used_bytes", "JavaScript heap in use.", memory.heapUsed),
    {
      ...{ name: "rollcall_database_connections", help: "Connections of this process.", type: "gauge" },
      samples: [
        { labels: { state: "busy" }, value: pool.totalCount - pool.idleCount },
        { labels: { state: "idle" }, value: pool.idleCount },
        { labels: { state: "waiting" }, value: pool.waitingCount },
      ],
    },
  ];
}

/** What Prometheus is answered. */
export async function viewMetrics(): Promise<string> {
  const sql = sqlOf(runtime().pool);
  const now = runtime().clock.now();
  const schedules = await scheduleTotals(sql, now);
  const incidents = await incidentTotals(sql);
  const discarded = await discardedTotals(sql);
  const { overdueSince, outbox, deliveries } = await waiting(sql, now);
  return exposition([
    {
      ...{
        name: "rollcall_schedules",
        help: "Schedules by status: ok, wrong (an open incident), paused.",
        type: "gauge",
      },
      samples: [
        { labels: { status: "ok" }, value: schedules.all - schedules.paused - schedules.wrong },
        { labels: { status: "wrong" }, value: schedules.wrong },
        { labels: { status: "paused" }, value: schedules.paused },
      ],
    },
    gauge("rollcall_schedules_set_aside", "Schedules whose judging failed.", schedules.setAside),
    {
      ...{ name: "rollcall_incidents", help: "Unresolved incidents.", type: "gauge" },
      samples: incidents.map(({ kind, cause, state, count }) => ({ labels: { kind, cause, state }, value: count })),
    },
    {
      ...{
        name: "rollcall_discarded_check_ins",
        help: "Check-ins that came to nothing, while they are kept.",
        type: "gauge",
      },
      samples: discarded.map(({ reason, count }) => ({ labels: { reason }, value: count })),
    },
    gauge(
      "rollcall_judging_lag_seconds",
      "How long the oldest deadline has passed without being judged.",
      overdueSince === null ? 0 : Math.max(0, now - overdueSince) / 1_000,
    ),
    gauge("rollcall_outbox_waiting", "Messages that are not spread over their channels yet.", outbox),
    gauge("rollcall_deliveries_waiting", "Deliveries that are still to be made.", deliveries),
    {
      ...{ name: "rollcall_check_ins_total", help: "Check-ins stored by this process, by kind.", type: "counter" },
      samples: KINDS.map((kind) => ({ labels: { kind }, value: checkInsCounted().get(kind) ?? 0 })),
    },
    gauge("rollcall_spool_waiting", "Check-ins on disk that wait for the database.", spoolState().waiting),
    ...processMetrics(),
  ]);
}
