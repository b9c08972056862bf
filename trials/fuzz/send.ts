/** Sends a request as it is, without tidying it up, and shows it as a curl line. */
import http from "node:http";

export interface FuzzRequest {
  readonly method: string;
  /** As it goes over the wire. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  /** Which route it was made for. */
  readonly route: string;
  /** What it makes or takes away where it is answered 2xx. */
  readonly effect?: { readonly kind: "puts" | "deletes" | "adds"; readonly what: string; readonly key: string | null };
}

export interface FuzzAnswer {
  /** 0: no answer. */
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
  readonly error: string | null;
}

const LONGEST = 20_000;
const heard = new WeakSet<object>();

export function send(request: FuzzRequest, port: number, agent: http.Agent): Promise<FuzzAnswer> {
  return new Promise((resolve) => {
    const none = (error: string): void => resolve({ status: 0, headers: {}, text: "", error });
    try {
      const { method, path, headers, body } = request;
      const length: Record<string, string | number> = body === null ? {} : { "content-length": body.length };
      const out = http.request(
        { host: "127.0.0.1", port, method, path, agent, headers: { ...headers, ...length }, timeout: LONGEST },
        (response) => {
          const parts: Buffer[] = [];
          const answered = (): void =>
            resolve({
              ...{ status: response.statusCode ?? 0, headers: response.headers },
              ...{ text: Buffer.concat(parts).toString("utf8"), error: null },
            });
          // The live stream has no end: that it was opened is its answer.
          if (response.headers["content-type"]?.startsWith("text/event-stream")) {
            answered();
            response.on("error", () => {});
            response.destroy();
            return;
          }
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", (thrown) => none(thrown.message));
          response.on("end", answered);
        },
      );
      // A server that answers before it has read everything closes under the rest of what is sent.
      out.on("socket", (socket) => {
        if (!heard.has(socket)) socket.on("error", () => {});
        heard.add(socket);
      });
      out.on("timeout", () => out.destroy(new Error(`no answer within ${LONGEST / 1_000} s`)));
      out.on("error", (thrown) => none(thrown.message));
      out.end(body ?? undefined);
    } catch (thrown) {
      // Node itself refuses to send it.
      none(`unsendable: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  });
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export function curlLine(request: FuzzRequest, base: string): string {
  const headers = Object.entries(request.headers)
    .map(([name, value]) => ` -H ${quoted(`${name}: ${value}`)}`)
    .join("");
  const { body } = request;
  const from =
    body === null
      ? ""
      : body.length > 3_000
        ? `head -c ${body.length} /dev/zero | `
        : `base64 -d <<< ${body.toString("base64")} | `;
  const data = body === null ? "" : " --data-binary @-";
  return `${from}curl -si --path-as-is -X ${request.method}${headers}${data} ${quoted(base + request.path)}`;
}
