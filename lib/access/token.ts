import { createHash, randomBytes } from "node:crypto";

/** 256 random bits: 43 characters that are safe in an address. */
export const newToken = (): string => randomBytes(32).toString("base64url");

/** SHA-256 in hex, the form in which tokens and keys are stored. Of 256 random bits there is nothing to guess. */
export const hashOf = (text: string): string => createHash("sha256").update(text).digest("hex");
