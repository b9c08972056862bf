/** Which addresses may be asked from here: the public ones, and a private network's where somebody allows it. Pure. */
import ipaddr from "ipaddr.js";

/** Instance metadata of clouds: it hands out credentials to whoever asks, and no application answers there. */
const METADATA = new Set(["169.254.169.254", "169.254.170.2", "100.100.100.200", "fd00:ec2::254"]);
/** Of a network of one's own; refused unless a route says that its application stands there. */
const PRIVATE = new Set(["private", "loopback", "linkLocal", "carrierGradeNat", "uniqueLocal"]);

/** An IPv4 address that an IPv6 one stands for: mapped (RFC 4291) or behind NAT64 (RFC 6052). */
function plainAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  // A zone (`fe80::1%eth0`) names an interface of this machine, and makes no address another.
  const bare = text.replace(/%.*$/, "");
  if (!ipaddr.isValid(bare)) return null;
  const address = ipaddr.parse(bare);
  if (address.kind() === "ipv4") return address;
  const six = address as ipaddr.IPv6;
  if (six.isIPv4MappedAddress()) return six.toIPv4Address();
  const bytes = six.toByteArray();
  const compatible = bytes.slice(0, 12).every((byte) => byte === 0) && bytes.slice(12).some((byte) => byte > 1);
  if (six.range() === "rfc6052" || compatible) return new ipaddr.IPv4(bytes.slice(12));
  return six;
}

export type Forbidden = "private" | "metadata" | "special";

/** Why an address may not be asked; `null`: it may. What is not an address may never. */
export function forbidden(
  text: string,
  { allowPrivateNetwork }: { readonly allowPrivateNetwork: boolean },
): Forbidden | null {
  const address = plainAddress(text);
  if (!address) return "special";
  if (METADATA.has(address.toString())) return "metadata";
  const range = address.range();
  if (range === "unicast") return null;
  if (PRIVATE.has(range)) return allowPrivateNetwork ? null : "private";
  return "special";
}

/** The host of a URL where it is an address itself: `[::1]`, `127.0.0.1`, and every spelling that the URL reads as one. */
export function literalAddress(hostname: string): string | null {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return ipaddr.isValid(bare) ? bare : null;
}
