import net, { type AddressInfo } from "node:net";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { givenTarget } from "#lib/testing/target.ts";
import { millis } from "#lib/time/instant.ts";
import "#lib/testing/seed.ts";
import { forbidden, literalAddress } from "./address.ts";
import { type Ask, ask } from "./ask.ts";

const asks = (url: string, more: Partial<Ask> = {}) => ask({ method: "GET", url, allowPrivateNetwork: true, ...more });
const outside = (url: string, more: Partial<Ask> = {}) => asks(url, { allowPrivateNetwork: false, ...more });
const named = (...addresses: string[]) => ({
  resolve: async () => addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
});

describe("which addresses may be asked", () => {
  const PRIVATE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.1.1", "100.64.0.1", "::1", "fe80::1", "fe80::1%eth0", "fd12::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"]; // biome-ignore format: a list
  const NEVER = ["169.254.169.254", "::ffff:169.254.169.254", "fd00:ec2::254", "0.0.0.0", "255.255.255.255", "224.0.0.1", "::", "ff02::1", "2002:7f00:1::", "240.0.0.1", "not an address"]; // biome-ignore format: a list
  test.each(PRIVATE)("%s is of a network of one's own", (address) => {
    expect(forbidden(address, { allowPrivateNetwork: false })).toBe("private");
    expect(forbidden(address, { allowPrivateNetwork: true })).toBeNull();
  });
  test.each(NEVER)("%s is never asked", (address) => {
    expect(forbidden(address, { allowPrivateNetwork: false })).not.toBeNull();
    expect(forbidden(address, { allowPrivateNetwork: true })).not.toBeNull();
  });
  test("public ones are", () => {
    for (const address of ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"])
      expect(forbidden(address, { allowPrivateNetwork: false }), address).toBeNull();
  });
  test("an IPv4 address is judged alike in every form that IPv6 has for it", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.boolean(), (address, allowPrivateNetwork) => {
        const by = { allowPrivateNetwork };
        expect(forbidden(`::ffff:${address}`, by)).toBe(forbidden(address, by));
        expect(forbidden(`64:ff9b::${address}`, by)).toBe(forbidden(address, by));
      }),
    );
  });
  test("every spelling of an address is read as the URL reads it", () => {
    for (const spelled of [
      "2130706433",
      "0x7f000001",
      "0177.0.0.1",
      "127.1",
      "0x7f.1",
      "[::ffff:7f00:1]",
      "127。0。0。1",
    ]) {
      const literal = literalAddress(new URL(`http://${spelled}/`).hostname);
      expect(literal === null ? null : forbidden(literal, { allowPrivateNetwork: false }), spelled).toBe("private");
    }
  });
});

describe("asking", () => {
  test("private addresses are not asked, however they are written, and nothing is sent", async () => {
    const target = await givenTarget((_request, response) => response.end("ok"));
    const port = new URL(target.origin).port;
    for (const host of ["127.0.0.1", "2130706433", "0177.0.0.1", "[::ffff:127.0.0.1]", "localhost"]) {
      const outcome = await outside(`http://${host}:${port}/`);
      expect(outcome, host).toMatchObject({ kind: "no_answer", phase: "address", code: "FORBIDDEN_ADDRESS" });
    }
    expect(target.asked).toEqual([]);
    expect(await asks(`${target.origin}/`)).toMatchObject({
      kind: "answered",
      status: 200,
      body: "ok",
      ended: "whole",
    });
  });

  test("a name that turns to a private address after it was checked is not followed there", async () => {
    const target = await givenTarget((_request, response) => response.end("ok"));
    const port = new URL(target.origin).port;
    let asked = 0;
    // TEST-NET-3 is nobody's: were the name resolved again, the second answer would reach the server.
    const resolve = async () => [{ address: asked++ === 0 ? "198.51.100.1" : "127.0.0.1", family: 4 }];
    const limits = { connect: millis(300), headers: millis(400), whole: millis(500) };
    const outcome = await outside(`http://rebinds.test:${port}/`, { resolve, limits });
    expect(outcome.kind).toBe("no_answer");
    expect([asked, target.asked]).toEqual([1, []]);
  });

  test("of several addresses only those that are allowed are connected to", async () => {
    const target = await givenTarget((_request, response) => response.end("ok"));
    const port = new URL(target.origin).port;
    const url = `http://several.test:${port}/`;
    expect(await outside(url, named("10.0.0.1", "127.0.0.1"))).toMatchObject({ code: "FORBIDDEN_ADDRESS" });
    expect(await asks(url, named("169.254.169.254", "127.0.0.1"))).toMatchObject({ kind: "answered", status: 200 });
    expect(target.asked[0]?.headers.host).toBe(`several.test:${port}`);
  });

  test("a redirect is told and not followed", async () => {
    const inside = await givenTarget((_request, response) => response.end("secret"));
    const target = await givenTarget((_request, response) => {
      response.writeHead(308, { location: `${inside.origin}/metadata`, "set-cookie": "a=b" });
      response.end();
    });
    const outcome = await asks(`${target.origin}/`);
    expect(outcome).toMatchObject({ status: 308, headers: { location: `${inside.origin}/metadata` } });
    expect(JSON.stringify(outcome)).not.toContain("a=b");
    expect(inside.asked).toEqual([]);
  });

  test("a body without end is cut, and one that trickles is left", async () => {
    const huge = await givenTarget((_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
        if (!response.destroyed) response.once("drain", more);
      };
      more();
    });
    const cut = await asks(huge.origin);
    expect(cut).toMatchObject({ kind: "answered", status: 200, ended: "cut" });
    expect(cut.kind === "answered" ? cut.body.length : 0).toBe(16_384);
    const trickles = await givenTarget((_request, response) => {
      response.write("a");
    });
    const limits = { connect: millis(200), headers: millis(300), whole: millis(400) };
    expect(await asks(trickles.origin, { limits })).toMatchObject({ status: 200, body: "a", ended: "timeout" });
  });

  test("silence is named by how far it came", async () => {
    const limits = { connect: millis(200), headers: millis(300), whole: millis(400) };
    const mute = await givenTarget(() => {});
    expect(await asks(mute.origin, { limits })).toMatchObject({ kind: "no_answer", phase: "headers", code: "TIMEOUT" });
    const loris = net.createServer((socket) => socket.write("HTTP/1.1 200 OK\r\nX-A: "));
    await new Promise<void>((listening) => loris.listen(0, "127.0.0.1", listening));
    const { port } = loris.address() as AddressInfo;
    expect(await asks(`http://127.0.0.1:${port}/`, { limits })).toMatchObject({ phase: "headers", code: "TIMEOUT" });
    expect(await asks(`https://127.0.0.1:${port}/`, { limits })).toMatchObject({ kind: "no_answer", phase: "tls" });
    loris.close();
    expect(await asks("http://127.0.0.1:1/")).toMatchObject({ phase: "connect", code: "ECONNREFUSED" });
    const gone = () => Promise.reject(Object.assign(new Error("no"), { code: "ENOTFOUND" }));
    expect(await asks("http://gone.test/", { resolve: gone })).toMatchObject({ phase: "dns", code: "ENOTFOUND" });
    const never = () => new Promise<never>(() => {});
    expect(await asks("http://slow.test/", { resolve: never, limits })).toMatchObject({
      phase: "dns",
      code: "TIMEOUT",
    });
    const closes = net.createServer((socket) => socket.destroy());
    await new Promise<void>((listening) => closes.listen(0, "127.0.0.1", listening));
    afterAll(() => void closes.close());
    const reset = await asks(`http://127.0.0.1:${(closes.address() as AddressInfo).port}/`);
    expect(reset).toMatchObject({ kind: "no_answer", code: "ECONNRESET" });
  });

  test("what is no address of the web is not asked", async () => {
    for (const url of ["file:///etc/passwd", "gopher://a/", "not a url", "http://user:pass@example.com/"])
      expect(await asks(url), url).toMatchObject({ kind: "no_answer", phase: "address" });
    expect(await asks("http://127.0.0.1:1/", { headers: { a: "b\r\nc: d" } })).toMatchObject({ kind: "no_answer" });
  });
});
