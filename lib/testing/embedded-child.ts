/** A process whose only part is the embedded database, to be killed in trials. Says what happens as lines of JSON. */
import { startEmbedded } from "#lib/db/embedded/start.ts";
import { isProblemError } from "#lib/problem.ts";

const say = (event: object): void => {
  process.stdout.write(`${JSON.stringify(event)}\n`);
};
const log = {
  info: (message: string) => say({ log: message }),
  warn: (message: string) => say({ log: message }),
  error: (message: string) => say({ log: message }),
};

startEmbedded({
  dataDir: process.argv[2] ?? "",
  log,
  onUnexpectedExit: (how) => say({ down: how }),
  onUp: () => say({ up: true }),
}).then(
  (embedded) => {
    process.on("SIGTERM", () => void embedded.stop().then(() => process.exit(0)));
    process.on("SIGINT", () => say({ interrupted: true }));
    say({ ready: { ...embedded.address, realDataDir: embedded.realDataDir } });
  },
  (thrown: unknown) => {
    const { message, doNext } = isProblemError(thrown) ? thrown.problem : { message: String(thrown), doNext: "" };
    say({ refused: `${message} ${doNext}` });
    process.exit(1);
  },
);
