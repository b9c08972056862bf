/** What a new installation needs before anybody can come in: the first admin and keys, or the one-time set-up link. */
import { ensureConfiguredKeys, ensureFirstAdmin } from "#lib/access/first-start.ts";
import { setupLink } from "#lib/access/links.ts";
import type { Config } from "#lib/config.ts";
import type { Logger } from "#lib/log.ts";
import { ProblemError } from "#lib/problem.ts";
import type { Clock } from "#lib/time/clock.ts";

export async function prepareFirstStart(
  config: Config,
  given: { readonly clock: Clock; readonly log: Logger },
): Promise<void> {
  const { clock, log } = given;
  const ctx = { actor: { kind: "system", name: "Rollcall" }, now: clock.now() } as const;
  for (const ensured of [await ensureFirstAdmin(ctx, config), await ensureConfiguredKeys(ctx, config)]) {
    if (!ensured.ok) throw new ProblemError(ensured.problem);
    if (ensured.value.warning !== null) log.warn(ensured.value.warning);
  }
}

/** Printed last, where it is seen: with no people yet, the link that makes the first admin. */
export async function printSetupLink(config: Config, clock: Clock): Promise<void> {
  const ctx = { actor: { kind: "system", name: "Rollcall" }, now: clock.now() } as const;
  const link = await setupLink(ctx);
  if (!link.ok) throw new ProblemError(link.problem);
  if (link.value === null) return;
  // Not through the log: whoever reads logs later must not find a link that makes an admin.
  process.stdout.write(
    `\nNobody can sign in yet. Make the first admin within 24 hours:\n\n  ${config.publicUrl}${link.value}\n\n`,
  );
}
