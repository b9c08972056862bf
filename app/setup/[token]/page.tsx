import type { Metadata } from "next";
import Link from "next/link";
import { NarrowPage } from "#components/ui/narrow-page.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { readLink } from "#lib/access/links.ts";
import { PASSWORD_LEAST } from "#lib/access/password.ts";
import { runtime } from "#lib/runtime.ts";
import { LinkForm } from "./_parts/link-form.tsx";
import { takeLink } from "./actions.ts";

// The address is the credential: it goes to nobody, and into no index.
export const metadata: Metadata = { title: "Rollcall", referrer: "no-referrer", robots: { index: false } };

const TITLE = {
  setup: { title: "Make the first admin", lead: "This link works once. Others are invited from inside." },
  invitation: { title: "Welcome to Rollcall", lead: "Choose a password, and you are in." },
  reset: { title: "Choose a new password", lead: "Wherever you are signed in now, you will be signed out." },
} as const;

export default async function Page({ params }: { readonly params: Promise<{ readonly token: string }> }) {
  const { token } = await params;
  const link = await readLink({ now: runtime().clock.now() }, { token });
  if (!link.ok) {
    return (
      <NarrowPage title="This link does not open anything">
        <div className="grid gap-4">
          <Notice look="bad">
            {link.problem.message} {link.problem.doNext}
          </Notice>
          <Link href="/sign-in" className="text-accent hover:underline">
            Go to sign in
          </Link>
        </div>
      </NarrowPage>
    );
  }
  return (
    <NarrowPage {...TITLE[link.value.kind]}>
      <LinkForm token={token} link={link.value} accept={takeLink} hint={`At least ${PASSWORD_LEAST} characters.`} />
    </NarrowPage>
  );
}
