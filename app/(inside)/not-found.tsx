import Link from "next/link";
import { Page } from "#components/ui/page.tsx";

export default function NotFound() {
  return (
    <Page title="There is nothing of this name">
      <p className="mt-2 text-ink-2">
        It may have another name by now.{" "}
        <Link href="/schedules" className="text-accent hover:underline">
          All schedules
        </Link>
        ,{" "}
        <Link href="/incidents?state=all" className="text-accent hover:underline">
          all incidents
        </Link>
        .
      </p>
    </Page>
  );
}
