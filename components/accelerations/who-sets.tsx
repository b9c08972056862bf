"use client";

import Link from "next/link";
import { useRoutes } from "#components/api/boundary.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { labelOf } from "#components/boundary/contract-words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { specInShort } from "./stages.ts";

/** Whose hand it is that makes it faster, or why nobody's is. */
export function WhoSets({ schedule }: { readonly schedule: Schedule }) {
  const { driver, route: name, slug } = schedule;
  const routes = useRoutes();
  switch (driver.kind) {
    case "rollcall":
      return <p className="text-ink-2">Rollcall fires it itself, and goes by the faster times for a while.</p>;
    case "external": {
      const route = routes.data?.items.find((one) => one.name === name);
      if (name !== null && (route === undefined || route.url !== null)) {
        const caller = route?.caller ?? route?.contract;
        return (
          <p className="text-ink-2">
            Rollcall calls the route {name} itself, as {caller ? labelOf(caller.kind) : "its caller"} would; your
            scheduler’s {specInShort(schedule.spec)} stays untouched.
          </p>
        );
      }
      return (
        <Notice>
          Nobody can make it faster from here: something else fires it, and it names no protected route with an address
          that Rollcall could call instead.{" "}
          <Link href={`/schedules/${slug}/edit`} className="font-medium underline">
            Give it one in its editor
          </Link>
          .
        </Notice>
      );
    }
    default:
      return (
        <p className="text-ink-2">
          It is set in {driver.kind} over {driver.connection}, read back, and put back the same way.
        </p>
      );
  }
}
