/** The demo of this process, for the API: made where the process is composed. */
import type { Config } from "#lib/config.ts";
import type { Logger } from "#lib/log.ts";
import type { Clock } from "#lib/time/clock.ts";
import type { Sleep } from "#lib/time/sleep.ts";
import { type Demo, openDemo } from "./demo.ts";

let held: Demo | null = null;

/** `null` before the process serves. */
export const demoOfProcess = (): Demo | null => held;

/** For tests, and for the process itself. */
export const holdDemo = (demo: Demo | null): void => {
  held = demo;
};

/** As this machine reaches what listens there. */
function reachable(host: string, port: number): string {
  const name = host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "[::1]" : host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${port}`;
}

export interface HeldOptions {
  readonly config: Config;
  readonly port: number;
  readonly clock: Clock;
  readonly sleep: Sleep;
  readonly log: Logger;
}

/**
 * It is there to be asked for, and does nothing until it is. It goes on by itself where somebody has started it and
 * nobody removed it: else its schedules would be missing after each restart.
 */
export async function openDemoOfProcess({ config, port, clock, sleep, log }: HeldOptions): Promise<Demo> {
  const demo = openDemo({
    ...{ rollcall: reachable(config.host, port), secret: config.secret, everySeconds: config.demo.everySeconds },
    ...{ alone: config.role === "all", clock, sleep, log: (line) => log.warn(line) },
  });
  holdDemo(demo);
  const ctx = { actor: { kind: "system", name: "Demo" }, now: clock.now() } as const;
  const stored = await demo.state(ctx);
  if (!config.demo.atStart && !(stored.ok && stored.value.made && config.role === "all")) return demo;
  const started = await demo.start(ctx).catch((thrown: unknown) => {
    log.warn({ err: thrown }, "The demo failed to start; everything else goes on");
    return null;
  });
  if (!started) return demo;
  if (started.ok) log.info(`The demo is running: ${started.value.schedules.join(", ")}, behind ${started.value.route}`);
  else log.warn(`The demo did not start. ${started.problem.message} ${started.problem.doNext}`);
  return demo;
}

export async function closeDemoOfProcess(demo: Demo): Promise<void> {
  holdDemo(null);
  await demo.close();
}
