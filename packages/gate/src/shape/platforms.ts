/** Hints of platforms that have no contract of their own: they call with a secret that their user chose. */
import type { Hints } from "../contracts/contract.ts";

export const OTHER_PLATFORMS: readonly { readonly platform: string; readonly hints: Hints }[] = [
  { platform: "App Engine Cron", hints: { agent: "AppEngine-Google", headers: ["x-appengine-cron"] } },
  { platform: "cron-job.org", hints: { agent: "cron-job.org" } },
  { platform: "EasyCron", hints: { agent: "EasyCron" } },
  { platform: "Azure Logic Apps", hints: { agent: "azure-logic-apps" } },
  { platform: "Netlify", hints: { headers: ["x-nf-event"] } },
];
