import { Notice } from "#components/ui/notice.tsx";
import type { Problem } from "#lib/problem.ts";

/** Why this is not shown. */
export const OnlyAdmins = ({ denied }: { readonly denied: Problem }) => (
  <Notice>
    {denied.message} {denied.doNext}
  </Notice>
);
