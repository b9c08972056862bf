/** Bearer tokens that an issuer signs with keys that it publishes: what Google, GitHub, clusters and OAuth have in common. */
import { bearerOf } from "./authorization.ts";
import { type Deps, type Refused, type RequestParts, refused } from "./contract.ts";
import { audienceProblem, issuerProblem, readToken, timesProblem } from "./token.ts";

export interface IssuedBy {
  /** Accepted spellings of the issuer; never read from the token. */
  readonly issuers: readonly string[];
  readonly audience: string;
  readonly jwksUrl: string;
  readonly algorithms: readonly string[];
}

export type Issued = { readonly claims: Readonly<Record<string, unknown>>; readonly token: string } | { readonly refused: Refused }; // biome-ignore format: one line

/** Signature by the published keys, then issuer, times and audience; the rest of the claims is the contract's. */
export async function issuedToken(request: RequestParts, by: IssuedBy, deps: Deps): Promise<Issued> {
  const found = bearerOf(request);
  if ("refused" in found) return found;
  const { token } = found;
  if (token === "") return { refused: refused("missing_credentials", "empty") };
  if (token.startsWith("ya29."))
    return { refused: refused("wrong_contract", "oauth_access_token_where_id_token_expected") };
  const read = readToken(token);
  if (!read) return { refused: refused("malformed_credentials", "not_a_jwt") };
  // Before any key is fetched: a stranger's token must not make us ask his issuer, nor ours again and again.
  const stranger = issuerProblem(read.claims, by.issuers);
  if (stranger) return { refused: stranger };
  if (!deps.tokens) return { refused: refused("keys_unavailable", "the gate was given nothing to check tokens with") };
  const checked = await deps.tokens.check(token, { jwksUrl: by.jwksUrl, algorithms: by.algorithms, now: deps.now });
  if (!checked.ok) return { refused: refused(checked.reason, checked.detail) };
  const { claims } = checked;
  const wrong = timesProblem(claims, { now: deps.now }) ?? audienceProblem(claims, by.audience);
  return wrong ? { refused: wrong } : { claims, token };
}
