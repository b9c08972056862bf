import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { NarrowPage } from "#components/ui/narrow-page.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { isSetUp } from "#lib/access/first-start.ts";
import { nextPath } from "#lib/access/next-path.ts";
import { currentActor } from "#lib/access/page-session.ts";
import { SignInForm } from "./_parts/sign-in-form.tsx";

export const metadata: Metadata = { title: "Sign in · Rollcall" };

interface Asked {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

export default async function Page({ searchParams }: Asked) {
  const next = nextPath((await searchParams)["next"]);
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
      <SignInForm next={next} />
    </NarrowPage>
  );
}
