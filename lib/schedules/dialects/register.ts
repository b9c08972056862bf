/** Every dialect, by its id. */
import type { DialectId } from "../spec.ts";
import { azure } from "./azure.ts";
import { bullmq } from "./bullmq.ts";
import { cloudScheduler } from "./cloud-scheduler.ts";
import { cloudflare } from "./cloudflare.ts";
import type { Dialect } from "./dialect.ts";
import { eventbridge } from "./eventbridge.ts";
import { github } from "./github.ts";
import { inngest } from "./inngest.ts";
import { kubernetes } from "./kubernetes.ts";
import { pgCron } from "./pg-cron.ts";
import { qstash } from "./qstash.ts";
import { quartz } from "./quartz.ts";
import { rollcall } from "./rollcall.ts";
import { systemd } from "./systemd.ts";
import { triggerDev } from "./trigger-dev.ts";
import { vercel } from "./vercel.ts";
import { vixie } from "./vixie.ts";

export const DIALECTS = {
  rollcall,
  vixie,
  vercel,
  github,
  "cloud-scheduler": cloudScheduler,
  eventbridge,
  kubernetes,
  "pg-cron": pgCron,
  cloudflare,
  quartz,
  azure,
  systemd,
  bullmq,
  qstash,
  inngest,
  "trigger-dev": triggerDev,
} satisfies Record<DialectId, Dialect>;
