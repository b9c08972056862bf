import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import type { Problem } from "#lib/problem.ts";

/** Why this is not shown. */
export const Denied = ({ denied }: { readonly denied: Problem }) => (
  <Notice>
    {denied.message} {denied.doNext}
  </Notice>
);

/** A page of which nothing else is shown. */
export const DeniedPage = ({ title, denied }: { readonly title: string; readonly denied: Problem }) => (
  <Page title={title}>
    <div className="mt-4">
      <Denied denied={denied} />
    </div>
  </Page>
);
