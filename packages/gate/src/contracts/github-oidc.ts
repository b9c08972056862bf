/**
 * GitHub Actions: a job asks for an OIDC token with an audience of its own and sends it
 * (docs.github.com/actions/security-for-github-actions/security-hardening-your-deployments). Claims are matched one by
 * one and not by `sub`, whose form changed in 2026.
 */
import { type About, cannotBeMade, type Rule } from "./contract.ts";
import { type ConfigOf, optionalUrl, text } from "./fields.ts";
import { issuedToken } from "./issued-token.ts";
import { once } from "./replay.ts";
import { claimProblem, claimText } from "./token.ts";

const fields = { audience: text(), repository: text(), jwksUrl: optionalUrl() } as const;
export type GithubOidcConfig = ConfigOf<"github-oidc", typeof fields>;

const ISSUER = "https://token.actions.githubusercontent.com";
const GITHUB_JWKS = `${ISSUER}/.well-known/jwks`;

export const githubOidc: Rule<GithubOidcConfig> = {
  kind: "github-oidc",
  fields,
  combined: (config) =>
    /^[\w.-]+\/[\w.-]+$/.test(config.repository) ? [] : [{ path: "repository", message: "must be owner/name" }],
  expectedShape: () => ({
    headers: ["authorization"],
    scheme: "Bearer",
  }),
  secretTravels: false,
  readsBody: () => false,
  async verify(request, config, deps) {
    const jwksUrl = config.jwksUrl ?? GITHUB_JWKS;
    const by = { issuers: [ISSUER], audience: config.audience, jwksUrl, algorithms: ["RS256"] };
    const issued = await issuedToken(request, by, deps);
    if ("refused" in issued) return issued.refused;
    const { claims, token } = issued;
    const wrong = claimProblem(claims, "repository", config.repository);
    if (wrong) return wrong;
    const [run, attempt] = [claimText(claims, "run_id"), claimText(claims, "run_attempt")];
    const told = run === null ? {} : { executionId: `${run}-${attempt ?? "1"}`.slice(0, 200) };
    const presented = { kind: "github-oidc", id: claimText(claims, "jti") ?? token, forMs: 15 * 60_000 };
    return once({ outcome: "admitted", reason: "admitted", detail: null, told }, presented, deps);
  },
  hints: {},
};

export const aboutGithubOidc: About<GithubOidcConfig> = {
  options: {
    audience: "the audience that the workflow asks for",
    repository: "owner/name",
    jwksUrl: "where GitHub's keys are, for trials",
  },
  label: "GitHub Actions",
  proof: () => `an OIDC token (RS256) by ${ISSUER}`,
  covers: () => ["time", "id"],
  expects: (config) => `an OIDC token of GitHub's for ${config.repository}`,
  carries: "an OIDC token as GitHub Actions sends it",
  make: async () => cannotBeMade("Only GitHub can sign its tokens."),
  resembles: (shape) =>
    shape.credentials.some(({ token }) => token?.issuer === ISSUER) ? { by: "proof", weight: 6 } : null,
  limits: [
    "A job that repeats its request has to ask for a token anew: one token is taken once.",
    "It says which workflow run it is, not the time that the schedule meant.",
  ],
};
