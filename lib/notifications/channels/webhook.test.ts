import http, { type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, expect, test } from "vitest";
import { instant, millis } from "#lib/time/instant.ts";
import { sendWebhook } from "./webhook.ts";

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function receiver(handle: RequestListener): Promise<string> {
  const server = http.createServer(handle);
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

const SECRET = `whsec_${Buffer.from("a secret of thirty-two bytes, ok").toString("base64")}`;
const sent = (url: string, by: Parameters<typeof sendWebhook>[2] = {}) =>
  sendWebhook({ id: "msg-1", url, secret: SECRET, payload: { type: "webhook.test" } }, instant(Date.now()), by);

test("a receiver in one's own network gets it, signed as Standard Webhooks says", async () => {
  const got: { headers: Record<string, string>; body: string }[] = [];
  const url = await receiver((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      got.push({ headers: request.headers as Record<string, string>, body });
      response.writeHead(204).end();
    });
  });
  expect(await sent(url)).toEqual({ kind: "delivered", status: 204 });
  const [one] = got;
  expect(new Webhook(SECRET).verify(one?.body ?? "", one?.headers ?? {})).toEqual({ type: "webhook.test" });
});

test("what a cloud tells its machines is never asked, by address or by a name that leads there", async () => {
  const refused = { kind: "failed", status: null, error: "metadata addresses are not asked" };
  expect(await sent("http://169.254.169.254/latest/meta-data")).toEqual(refused);
  expect(await sent("http://[::ffff:169.254.169.254]/")).toEqual(refused);
  const resolve = async () => [{ address: "169.254.169.254", family: 4 }];
  expect(await sent("https://receiver.example/hook", { resolve })).toEqual(refused);
  expect(await sent("http://0.0.0.0/")).toEqual({ ...refused, error: "special addresses are not asked" });
});

test("a redirect is a failure, and is not followed", async () => {
  const asked: string[] = [];
  const url = await receiver((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(307, { location: "/elsewhere" }).end();
  });
  expect(await sent(url)).toEqual({ kind: "failed", status: 307, error: "answered 307" });
  expect(asked).toEqual(["/hook"]);
});

test("410 says that no more of these are wanted; anything else is tried again", async () => {
  const url = await receiver((_request, response) => response.writeHead(410).end());
  expect(await sent(url)).toEqual({ kind: "gone", status: 410 });
  const failing = await receiver((_request, response) => response.writeHead(503).end("x".repeat(100_000)));
  expect(await sent(failing)).toEqual({ kind: "failed", status: 503, error: "answered 503" });
});

test("who says nothing, who is not there, and what is no address are told apart", async () => {
  const slow = await receiver(() => {});
  expect(await sent(slow, { whole: millis(100) })).toMatchObject({ error: "no answer in time" });
  expect(await sent("http://127.0.0.1:1/")).toMatchObject({ error: "ECONNREFUSED" });
  expect(await sent("http://user:password@example.com/")).toMatchObject({ error: "the address cannot be asked" });
});
