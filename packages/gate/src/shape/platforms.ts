/** Hints of platforms that have no contract of their own: they call with a secret that their user chose. */
import type { Hint } from "../contracts/contract.ts";

export const OTHER_PLATFORMS: readonly { readonly platform: string; readonly hints: readonly Hint[] }[] = [
  {
    platform: "App Engine Cron",
    hints: [
      { header: "x-appengine-cron", words: "X-Appengine-Cron" },
      { header: "user-agent", like: /^appengine-google/i, words: "the user agent AppEngine-Google" },
    ],
  },
  {
    platform: "cron-job.org",
    hints: [{ header: "user-agent", like: /cron-job\.org/i, words: "the user agent cron-job.org" }],
  },
  { platform: "EasyCron", hints: [{ header: "user-agent", like: /^easycron/i, words: "the user agent EasyCron" }] },
  {
    platform: "Azure Logic Apps",
    hints: [
      { header: "user-agent", like: /^azure-logic-apps/i, words: "the user agent azure-logic-apps" },
      { header: "x-ms-workflow-run-id", words: "x-ms-workflow-run-id" },
    ],
  },
  { platform: "Netlify", hints: [{ header: "x-nf-event", like: /^schedule$/i, words: "x-nf-event" }] },
  {
    platform: "GitHub webhooks",
    hints: [{ header: "user-agent", like: /^github-hookshot/i, words: "the user agent GitHub-Hookshot" }],
  },
];
