/** Whether a check-in that names a schedule so is taken, and what it is told when it is not (docs: compat). */
import type { DiscardedReason } from "./discarded.ts";
import type { Address } from "./protocols/protocol.ts";
import type { NotFound, RegistryEntry } from "./registry.ts";

export interface Claim {
  readonly address: Address;
  readonly environment: string | null;
  readonly create: boolean;
}

export interface NotPlaced {
  readonly kind: "refused";
  readonly status: 400 | 404 | 409;
  readonly text: string;
  readonly reason: DiscardedReason;
  readonly slug: string | null;
  readonly scheduleId: string | null;
  readonly detail: string | null;
}

export type Placed =
  | { readonly kind: "placed"; readonly scheduleId: string }
  | NotPlaced
  /** It is unknown, and the check-in asks that it be made. */
  | { readonly kind: "to_be_made"; readonly slug: string }
  /** There is no database to ask. */
  | { readonly kind: "unchecked" };

const slugOf = (address: Address): string | null => (address.form === "slug" ? address.slug : null);

export function place(found: RegistryEntry | NotFound | "unchecked", { address, environment, create }: Claim): Placed {
  if (found === "unchecked") return { kind: "unchecked" };
  if (typeof found === "string") {
    if (found === "unknown_slug" && create && address.form === "slug")
      return { kind: "to_be_made", slug: address.slug };
    return {
      kind: "refused",
      status: 404,
      text: "not found",
      reason: found,
      slug: slugOf(address),
      scheduleId: null,
      detail: null,
    };
  }
  if (found.archived) return archived(found);
  if (environment !== null && environment !== found.environment) {
    return {
      kind: "refused",
      status: 409,
      text: "wrong environment",
      reason: "wrong_environment",
      slug: found.slug,
      scheduleId: found.id,
      detail: `It speaks of "${environment}", and the schedule is of "${found.environment}".`,
    };
  }
  return { kind: "placed", scheduleId: found.id };
}

export const archived = ({ id, slug }: { readonly id: string; readonly slug: string | null }): NotPlaced => ({
  kind: "refused",
  status: 404,
  text: "not found",
  reason: "archived",
  slug,
  scheduleId: id,
  detail: null,
});
