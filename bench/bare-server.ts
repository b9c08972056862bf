/** What there is to be compared with: node:http that answers OK, and nothing else. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const server = createServer((_request, response) => {
  response.writeHead(200, { "content-type": "text/plain", "content-length": 2 });
  response.end("OK");
});
server.listen(0, "127.0.0.1", () => process.send?.({ ready: true, port: (server.address() as AddressInfo).port }));
process.once("SIGTERM", () => process.exit(0));
