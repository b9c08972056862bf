/** next-auth's part: it takes the password or asks the provider, and keeps a session's id in a cookie. What the session is, its row says. */
import type { NextAuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { log } from "#lib/log.ts";
import type { Problem } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import type { Claims } from "./identity.ts";
import { OIDC, oidcProvider } from "./oidc-provider.ts";
import { signInByProvider } from "./provider-sign-in.ts";
import { COOKIE_SECONDS } from "./session-cookie.ts";
import { endSession, personOfSession } from "./sessions.ts";
import { signIn } from "./sign-in.ts";

interface SignedInUser extends User {
  readonly sessionId: string;
}

export interface AuthRequest {
  /** The client's, as our own server saw it. */
  readonly address: string | null;
  readonly userAgent: string | null;
  /** next-auth tells a refusal by an address with its words in it; this hears the whole of it. */
  readonly onRefusal: (problem: Problem) => void;
}

/** What went wrong, in a word or two: of our own calls only, never what a request says. */
const becauseOf = (metadata: unknown): string => {
  const error = metadata instanceof Error ? metadata : (metadata as { readonly error?: unknown } | null)?.error;
  return error instanceof Error ? `: ${error.message.replace(/\p{Cc}+/gu, " ").slice(0, 300)}` : "";
};

export function nextAuthOptions({ address, userAgent, onRefusal }: AuthRequest): NextAuthOptions {
  const { config } = runtime();
  // The only way to tell next-auth where it is; else it believes a Host header, or takes localhost:3000.
  process.env["NEXTAUTH_URL"] = config.publicUrl;
  const secure = config.publicUrl.startsWith("https:");
  return {
    secret: config.secret,
    useSecureCookies: secure,
    session: { strategy: "jwt", maxAge: COOKIE_SECONDS },
    jwt: { maxAge: COOKIE_SECONDS },
    pages: { signIn: "/sign-in", signOut: "/account", error: "/sign-in" },
    logger: {
      // A session that has ended is no error, and is told so; anything else is worth a line, but not its metadata.
      error: (code, metadata) => {
        if (code === "JWT_SESSION_ERROR") return;
        // Why a provider refused is what an admin needs to set it up.
        log.warn(`next-auth: ${code}${/OAUTH/.test(code) ? becauseOf(metadata) : ""}`);
      },
      warn: (code) => log.debug(`next-auth: ${code}`),
      debug: () => {},
    },
    providers: [
      Credentials({
        name: "password",
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(given): Promise<SignedInUser | null> {
          const { email = "", password = "" } = given ?? {};
          const signed = await signIn({ now: runtime().clock.now() }, { email, password, address, userAgent });
          if (signed.ok) return { id: signed.value.person.id, sessionId: signed.value.sessionId };
          onRefusal(signed.problem);
          throw new Error(`${signed.problem.message} ${signed.problem.doNext}`);
        },
      }),
      ...(config.oidc ? [oidcProvider(config.oidc)] : []),
    ],
    callbacks: {
      // Before next-auth makes its cookie: a refusal leaves no session, and says why on the page of sign-in.
      async signIn({ user, account, profile }) {
        if (account?.provider !== OIDC) return true;
        if (!config.oidc || !profile) return false;
        const claims: Claims = { ...profile };
        const signed = await signInByProvider(
          { now: runtime().clock.now() },
          { claims, address, userAgent },
          config.oidc,
        );
        if (!signed.ok) return `${config.publicUrl}/sign-in?refused=${signed.problem.code}`;
        Object.assign(user, { id: signed.value.person.id, sessionId: signed.value.sessionId });
        return true;
      },
      async jwt({ token, user }) {
        if (user) return { sub: user.id, sid: (user as SignedInUser).sessionId };
        const person = await live(token.sid);
        // Makes next-auth drop the cookie.
        if (!person) throw new Error("the session has ended");
        return { sub: person.id, sid: person.sessionId };
      },
      async session({ session, token }) {
        const person = await live(token.sid);
        return person ? { ...session, user: { name: person.name, email: person.email } } : session;
      },
    },
    events: {
      async signOut({ token }) {
        if (token?.sid) await endSession({ now: runtime().clock.now() }, { sessionId: token.sid });
      },
    },
  };
}

const live = (sessionId: string | undefined) =>
  sessionId === undefined ? null : personOfSession({ now: runtime().clock.now() }, { sessionId });
