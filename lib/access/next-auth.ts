/** next-auth's part: it takes the password, and keeps a session's id in a cookie. What the session is, its row says. */
import type { NextAuthOptions, User } from "next-auth";
import Credentials from "next-auth/providers/credentials";
import { log } from "#lib/log.ts";
import type { Problem } from "#lib/problem.ts";
import { runtime } from "#lib/runtime.ts";
import { CLIENT_ADDRESS } from "./client-address.ts";
import { COOKIE_SECONDS } from "./session-cookie.ts";
import { endSession, personOfSession } from "./sessions.ts";
import { signIn } from "./sign-in.ts";

interface SignedInUser extends User {
  readonly sessionId: string;
}

/** next-auth tells a refusal by an address with its words in it; `onRefusal` hears the whole of it. */
export function nextAuthOptions(onRefusal: (problem: Problem) => void): NextAuthOptions {
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
      error: (code) => (code === "JWT_SESSION_ERROR" ? undefined : log.warn(`next-auth: ${code}`)),
      warn: (code) => log.debug(`next-auth: ${code}`),
      debug: () => {},
    },
    providers: [
      Credentials({
        name: "password",
        credentials: { email: { type: "email" }, password: { type: "password" } },
        async authorize(given, { headers }): Promise<SignedInUser | null> {
          const told = (name: string): string | null => {
            const value: unknown = headers?.[name];
            return typeof value === "string" ? value : null;
          };
          const { email = "", password = "" } = given ?? {};
          const signed = await signIn(
            { now: runtime().clock.now() },
            { email, password, address: told(CLIENT_ADDRESS), userAgent: told("user-agent") },
          );
          if (signed.ok) return { id: signed.value.person.id, sessionId: signed.value.sessionId };
          onRefusal(signed.problem);
          throw new Error(`${signed.problem.message} ${signed.problem.doNext}`);
        },
      }),
    ],
    callbacks: {
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
