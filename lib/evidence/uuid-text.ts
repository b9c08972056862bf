/** UUIDs as text, read by character codes: this stands on the hot path. */

export const UUID_LENGTH = 36;

const HEX = new Uint8Array(128);
for (const digit of "0123456789abcdefABCDEF") HEX[digit.charCodeAt(0)] = 1;
const DASH = 45;

/** Whether a UUID in canonical form, of either case, stands in the text from `from` on. */
export function isUuidAt(text: string, from: number): boolean {
  if (text.length < from + UUID_LENGTH) return false;
  for (let i = 0; i < UUID_LENGTH; i++) {
    const code = text.charCodeAt(from + i);
    if (i === 8 || i === 13 || i === 18 || i === 23) {
      if (code !== DASH) return false;
    } else if (HEX[code] !== 1) return false; // beyond the table it is undefined
  }
  return true;
}

export const canonicalUuid = (text: string): string => text.toLowerCase();
