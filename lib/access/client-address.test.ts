import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientAddress, isTrustedPeer } from "./client-address.ts";

const trusted = ["127.0.0.0/8", "::1/128", "10.0.0.0/8", "2001:db8:1::/48"];
const from = (peer: string | undefined, forwardedFor?: string | readonly string[]) =>
  clientAddress({ peer, forwardedFor, trusted });

describe("the client's address", () => {
  it("is the peer's without the header", () => {
    expect(from("198.51.100.7")).toBe("198.51.100.7");
    expect(from("10.0.0.1")).toBe("10.0.0.1");
    expect(from(undefined, "198.51.100.7")).toBeNull();
  });

  it("is the peer's where the peer is no proxy of ours, whatever it says", () => {
    expect(from("198.51.100.7", "127.0.0.1")).toBe("198.51.100.7");
    expect(from("198.51.100.7", "203.0.113.9, 10.0.0.1")).toBe("198.51.100.7");
  });

  it("is what the nearest trusted proxy told, walking from the right", () => {
    expect(from("10.0.0.1", "203.0.113.9")).toBe("203.0.113.9");
    expect(from("10.0.0.1", "6.6.6.6, 203.0.113.9")).toBe("203.0.113.9");
    expect(from("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.2.2.2,10.3.3.3")).toBe("203.0.113.9");
    expect(from("127.0.0.1", ["6.6.6.6", "203.0.113.9, 10.2.2.2"])).toBe("203.0.113.9");
    expect(from("2001:db8:1::5", "2001:db8:2::9")).toBe("2001:db8:2::9");
  });

  it("is the outermost proxy's where all are ours", () =>
    expect(from("10.0.0.1", "10.0.0.3, 10.0.0.2")).toBe("10.0.0.3"));

  it("is one form of an address: mapped, with a port, in brackets, with a zone", () => {
    expect(from("::ffff:198.51.100.7")).toBe("198.51.100.7");
    expect(from("::ffff:10.0.0.1", "::ffff:203.0.113.9")).toBe("203.0.113.9");
    expect(from("::ffff:10.0.0.1", "203.0.113.9:4711")).toBe("203.0.113.9");
    expect(from("::1", "[2001:DB8:2:0::9]:443")).toBe("2001:db8:2::9");
    expect(from("fe80::1%eth0")).toBe("fe80::1");
  });

  it.each([
    "",
    " ",
    ",",
    "unknown",
    "_hidden",
    "999.1.1.1",
    "0x7f.1",
    "010.1.1.1",
    "1.2.3",
    "[::1",
    "a".repeat(100_000),
  ])("ignores what is no address (%#)", (garbage) => {
    expect(from("10.0.0.1", garbage)).toBe("10.0.0.1");
    expect(from("10.0.0.1", `203.0.113.9, ${garbage}`)).toBe("10.0.0.1");
    expect(from("10.0.0.1", `${garbage}, 203.0.113.9`)).toBe("203.0.113.9");
  });

  it("never throws, and never answers with what is no address", () => {
    fc.assert(
      fc.property(fc.string(), fc.oneof(fc.ipV4(), fc.ipV6()), (header, peer) => {
        const answer = from(peer, header);
        expect(answer).toMatch(/^[0-9a-f:.]+$/i);
      }),
    );
  });

  it("ends after so many hops, however long the header", () => {
    expect(from("10.0.0.1", "10.0.0.2,".repeat(100_000).slice(0, -1))).toBe("10.0.0.2");
  });
});

it("tells which peers are believed", () => {
  expect(isTrustedPeer("::ffff:127.0.0.1", trusted)).toBe(true);
  expect(isTrustedPeer("198.51.100.7", trusted)).toBe(false);
  expect(isTrustedPeer(undefined, trusted)).toBe(false);
});
