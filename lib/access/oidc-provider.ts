/** The OpenID Connect provider as next-auth takes it: code flow with PKCE, state and nonce. */
import { decodeJwt } from "jose";
import type { OAuthConfig } from "next-auth/providers/oauth";
import type { OidcConfig } from "#lib/config.ts";
import type { Claims } from "./identity.ts";

export const OIDC = "oidc";

export const oidcProvider = (config: OidcConfig): OAuthConfig<Claims> => ({
  id: OIDC,
  name: config.name,
  type: "oauth",
  wellKnown: `${config.issuer}/.well-known/openid-configuration`,
  clientId: config.clientId,
  clientSecret: config.clientSecret,
  idToken: true,
  checks: ["pkce", "state", "nonce"],
  authorization: { params: { scope: "openid email profile" } },
  httpOptions: { timeout: 10_000 },
  userinfo: {
    // Many providers tell groups and addresses only here; what the signed token says stands.
    async request({ client, tokens }) {
      // Signature, issuer, audience, times and nonce were checked when the tokens came.
      const claims: Claims = decodeJwt(tokens.id_token ?? "");
      if (!client.issuer.metadata["userinfo_endpoint"] || tokens.access_token === undefined) return claims;
      const told: Claims = await client.userinfo(tokens.access_token);
      // OpenID Connect Core, 5.3.2: of another subject it must not be used.
      if (told["sub"] !== claims["sub"]) throw new Error("the userinfo is about somebody else");
      return { ...told, ...claims };
    },
  },
  profile: (claims) => ({ id: String(claims["sub"]) }),
});
