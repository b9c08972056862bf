import type { DialectId } from "#lib/schedules/spec.ts";

const LABELS: Readonly<Record<DialectId, string>> = {
  rollcall: "Rollcall, 5 or 6 fields",
  vixie: "crontab",
  vercel: "Vercel Cron",
  github: "GitHub Actions",
  "cloud-scheduler": "Cloud Scheduler",
  eventbridge: "EventBridge Scheduler",
  kubernetes: "Kubernetes CronJob",
  "pg-cron": "pg_cron",
  cloudflare: "Cloudflare Workers",
  quartz: "Quartz",
  azure: "Azure Functions",
  systemd: "systemd timer",
  bullmq: "BullMQ",
  qstash: "QStash",
  inngest: "Inngest",
  "trigger-dev": "Trigger.dev",
};

/** Who reads the expression, to choose from. */
export const DIALECT_OPTIONS = Object.entries(LABELS).map(([value, label]) => ({ value, label }));
