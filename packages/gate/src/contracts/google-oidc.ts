/**
 * Google Cloud Scheduler with an OIDC token (cloud.google.com/scheduler/docs/http-target-auth). Any customer of Google
 * can have a token made for any audience, so the service account is what proves anything.
 */
import { type About, cannotBeMade, type RequestParts, type Rule, refused, type Told } from "./contract.ts";
import { type ConfigOf, optionalUrl, text } from "./fields.ts";
import { issuedToken } from "./issued-token.ts";
import { claimProblem } from "./token.ts";

const fields = { audience: text(), serviceAccountEmail: text(), jwksUrl: optionalUrl() } as const;
export type GoogleOidcConfig = ConfigOf<"google-oidc", typeof fields>;

const GOOGLE_JWKS = "https://www.googleapis.com/oauth2/v3/certs";
const ISSUERS = ["https://accounts.google.com", "accounts.google.com"];

const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;

function toldIn(request: RequestParts): Told {
  const at = request.headers["x-cloudscheduler-scheduletime"];
  const schedule = request.headers["x-cloudscheduler-jobname"];
  const time = at !== undefined && RFC_3339.test(at) ? Date.parse(at) : Number.NaN;
  return {
    ...(Number.isNaN(time) ? {} : { scheduledFor: time }),
    ...(schedule !== undefined && /^[\w-]{1,500}$/.test(schedule) ? { schedule } : {}),
  };
}

export const googleOidc: Rule<GoogleOidcConfig> = {
  kind: "google-oidc",
  fields,
  expectedShape: () => ({
    headers: ["authorization"],
    scheme: "Bearer",
  }),
  secretTravels: false,
  readsBody: () => false,
  async verify(request, config, deps) {
    const jwksUrl = config.jwksUrl ?? GOOGLE_JWKS;
    const by = { issuers: ISSUERS, audience: config.audience, jwksUrl, algorithms: ["RS256"] };
    const issued = await issuedToken(request, by, deps);
    if ("refused" in issued) return issued.refused;
    const wrong = claimProblem(issued.claims, "email", config.serviceAccountEmail);
    if (wrong) return wrong;
    if (issued.claims["email_verified"] !== true) return refused("claim_mismatch", "email_verified: not true");
    return { outcome: "admitted", reason: "admitted", detail: null, told: toldIn(request) };
  },
  told: toldIn,
  hints: {
    agent: "Google-Cloud-Scheduler",
    headers: ["x-cloudscheduler", "x-cloudscheduler-jobname", "x-cloudscheduler-scheduletime"],
  },
};

export const aboutGoogleOidc: About<GoogleOidcConfig> = {
  options: {
    audience: "the audience of the job (by default its whole target URL, query included)",
    serviceAccountEmail: "the service account of the job",
    jwksUrl: "where Google's keys are, for trials",
  },
  label: "Google Cloud Scheduler",
  proof: () => "an OIDC token (RS256) by https://accounts.google.com",
  covers: () => ["time"],
  expects: (config) => `an OIDC token of Google's for ${config.serviceAccountEmail}`,
  carries: "an OIDC token as Google Cloud Scheduler sends it",
  make: async () => cannotBeMade("Only Google can sign its tokens."),
  resembles: (shape) => {
    const ofGoogle = shape.credentials.some(({ form, token }) => form === "google-access-token" || ISSUERS.includes(token?.issuer ?? "")); // biome-ignore format: one condition
    if (ofGoogle) return { by: "proof", weight: 6 };
    return shape.hints.some(({ of }) => of === "google-oidc") ? { by: "hint", weight: 1 } : null;
  },
  limits: [
    "Google's tokens carry no id and are good for an hour, so one that is presented again cannot be told apart.",
    "The scheduled time stands in a header that is not signed, and a run by hand may name the next one.",
  ],
  withoutProof:
    "A Cloud Scheduler job carries a token only where its target has a service account set (OIDC); X-Appengine-Cron comes from App Engine's own cron alone.",
};
