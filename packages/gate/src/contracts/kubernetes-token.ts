/**
 * A Kubernetes CronJob: its pod sends the projected token of its service account
 * (kubernetes.io/docs/tasks/configure-pod-container/configure-service-account). The token of the default audience is the
 * API server's, and is refused here.
 */
import { type About, cannotBeMade, type Rule } from "./contract.ts";
import { type ConfigOf, text, url } from "./fields.ts";
import { issuedToken } from "./issued-token.ts";
import { claimProblem } from "./token.ts";

const fields = { issuer: text(), audience: text(), subject: text(), jwksUrl: url() } as const;
export type KubernetesTokenConfig = ConfigOf<"kubernetes-token", typeof fields>;

export const kubernetesToken: Rule<KubernetesTokenConfig> = {
  kind: "kubernetes-token",
  fields,
  expectedShape: () => ({
    headers: ["authorization"],
    scheme: "Bearer",
  }),
  secretTravels: false,
  readsBody: () => false,
  async verify(request, config, deps) {
    const { issuer, audience, jwksUrl } = config;
    const by = { issuers: [issuer], audience, jwksUrl, algorithms: ["RS256", "ES256"] };
    const issued = await issuedToken(request, by, deps);
    if ("refused" in issued) return issued.refused;
    const wrong = claimProblem(issued.claims, "sub", config.subject);
    return wrong ?? { outcome: "admitted", reason: "admitted", detail: null, told: {} };
  },
  hints: {},
};

export const aboutKubernetesToken: About<KubernetesTokenConfig> = {
  options: {
    issuer: "the cluster's issuer",
    audience: "the audience of the projected token",
    subject: "system:serviceaccount:<namespace>:<name>",
    jwksUrl: "the cluster's published keys",
  },
  label: "Kubernetes",
  proof: (config) => `a token (RS256 or ES256) by ${config.issuer}`,
  covers: () => ["time"],
  expects: (config) => `a service account's token for ${config.subject}`,
  carries: "a service account's token as a Kubernetes CronJob sends it",
  make: async () => cannotBeMade("Only the cluster can sign its tokens."),
  resembles: (shape) =>
    shape.credentials.some(({ token }) => token !== undefined && /kubernetes|\.svc|oidc\.eks\.|container\.googleapis/.test(token.issuer ?? "")) // biome-ignore format: one condition
      ? { by: "proof", weight: 5 }
      : null,
  limits: [
    "A pod sends one token with all of its requests until the kubelet renews it, so one that is presented again cannot be told apart.",
    "It says who calls, not which occurrence it is.",
  ],
};
