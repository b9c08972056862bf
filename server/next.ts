/** The pages: Next as a handler in our own server. */
import next from "next";
import type { Config } from "#lib/config.ts";
import { answerJson, type Door } from "./door.ts";
import { refusePage } from "./page-refusal.ts";
import { preparePageRequest } from "./page-request.ts";

export interface Pages {
  readonly door: Door;
  close(): Promise<void>;
}

export interface PagesOptions {
  readonly dir: string;
  readonly config: Pick<Config, "production" | "host" | "trustedProxies" | "publicUrl">;
  readonly port: number;
  readonly onBug: (thrown: unknown) => void;
}

/** Answers at once; the first pages wait until Next is prepared. */
export function openPages({ dir, config, port, onBug }: PagesOptions): Pages {
  const app = next({ dev: !config.production, dir, hostname: config.host, port });
  const handle = app.prepare().then(() => app.getRequestHandler());
  handle.catch(onBug);
  return {
    door: (request, response) => {
      preparePageRequest(request, response, config);
      const refused = refusePage(request, config.publicUrl);
      if (refused) return answerJson(response, refused.status, refused, "application/problem+json");
      handle
        .then((answer) => answer(request, response))
        .catch((thrown: unknown) => {
          onBug(thrown);
          if (response.headersSent) response.destroy();
          else answerJson(response, 500, { title: "The pages are out of order", status: 500, code: "internal" });
        });
    },
    async close() {
      await handle.catch(() => {});
      await app.close();
    },
  };
}
