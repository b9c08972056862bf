import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NarrowPage } from "#components/ui/narrow-page.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isSetUp } from "#lib/access/first-start.ts";
import { IDENTITY_REFUSALS } from "#lib/access/identity.ts";
import { nextPath } from "#lib/access/next-path.ts";
import { currentActor } from "#lib/access/page-session.ts";
import { runtime } from "#lib/runtime.ts";
import { SignInForm } from "./_parts/sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in · Rollcall" };

interface Asked {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

/** Words of ours for a code in the address: what stands there may come from anybody. */
function refusalIn(asked: Awaited<Asked["searchParams"]>): string | null {
  const { refused, error } = asked;
  const known = Object.entries(IDENTITY_REFUSALS).find(([code]) => code === refused);
  if (known) return known[1];
  if (typeof error !== "string" || error === "") return null;
  return "The sign-in was not completed. Try again; if it stays so, Rollcall's log says what the provider answered.";
}

export default async function Page({ searchParams }: Asked) {
  const asked = await searchParams;
  const next = nextPath(asked["next"]);
  if (await currentActor()) redirect(next);
  if (!(await isSetUp({}))) {
    return (
      <NarrowPage title="Nobody is here yet">
        <Notice>
          Open the one-time link that Rollcall printed when it started: it makes the first admin. A restart prints a new
          one.
        </Notice>
      </NarrowPage>
    );
  }
  return (
    <NarrowPage title="Sign in">
      <SignInForm next={next} provider={runtime().config.oidc?.name ?? null} refused={refusalIn(asked)} />
    </NarrowPage>
  );
}
