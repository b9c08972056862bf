/** Short values signed under a route's gate key: each begins with its own name, so that one never passes for another. */
import { type Crypto, sameBytes } from "../crypto/crypto.ts";
import { fromBase64, utf8 } from "../crypto/encoding.ts";

const inputOf = (name: string, parts: readonly string[]): string => `${name}\n${parts.join("\n")}`;

export const signParts = async (
  name: string,
  parts: readonly string[],
  { gateKey, crypto }: { readonly gateKey: string; readonly crypto: Crypto },
): Promise<string> =>
  // biome-ignore format: one line
  crypto.sign(gateKey, inputOf(name, parts));

export async function isSignatureOf(
  signature: string,
  name: string,
  parts: readonly string[],
  { gateKey, crypto }: { readonly gateKey: string; readonly crypto: Crypto },
): Promise<boolean> {
  // biome-ignore format: one line
  const bytes = fromBase64(signature);
  return bytes !== null && sameBytes(bytes, await crypto.hmac("sha256", utf8(gateKey), utf8(inputOf(name, parts))));
}

/** `1; id=…; t=…; sig=…` as its parts; `null` where it is of another version or broken. */
export function readFields(value: string): Readonly<Record<string, string>> | null {
  const [version, ...rest] = value.split(";").map((part) => part.trim());
  if (version !== "1" || rest.length > 10) return null;
  const fields: Record<string, string> = Object.create(null);
  for (const part of rest) {
    const at = part.indexOf("=");
    if (at < 1) return null;
    fields[part.slice(0, at)] = part.slice(at + 1);
  }
  return fields;
}
