import Link from "next/link";
import { NarrowPage } from "#components/ui/narrow-page.tsx";

/** For addresses that no page has; Next's own would write a style that the policy of `server/page-policy.ts` refuses. */
export default function NotFound() {
  return (
    <NarrowPage title="There is no such page">
      <p className="text-ink-2">
        The address may have a slip in it.{" "}
        <Link href="/" className="text-accent hover:underline">
          To the timeline
        </Link>
      </p>
    </NarrowPage>
  );
}
