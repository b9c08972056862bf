/**
 * Shapes as they were read before: a scheduler's requests have one and the same every time, but for tokens and signed
 * times. Whoever keeps one may find by it what follows from it. For servers, which see thousands of requests of few looks.
 */
import type { ReadShape } from "../contracts/contract.ts";
import { credentialsIn, schemeOf, shapeWith } from "./read-shape.ts";
import type { Shape } from "./shape.ts";

const MOST = 500;
/** Characters of what one is remembered by. */
const LONGEST = 2_000;
const shapes = new Map<string, Shape>();

export const rememberedShapeOf: ReadShape = (request, options) => {
  const { headers, method, body } = request;
  const credentials = credentialsIn(request, options);
  const size = body instanceof Uint8Array ? body.length : "unread";
  // Neither names nor values of headers have line feeds in them.
  let key = `${method} ${size} ${schemeOf(request)} ${headers["user-agent"] ?? ""}\n`;
  for (const name in headers) key += `${name}\n`;
  for (const { form, where, length, algorithm, token, ageSeconds } of credentials) {
    // A token, or a time, is of this request alone.
    if (token !== undefined || ageSeconds !== undefined) return shapeWith(request, credentials);
    key += `\n${form} ${where} ${length} ${headers[where]?.length} ${algorithm}`;
  }
  const known = shapes.get(key);
  if (known) return known;
  const shape = shapeWith(request, credentials);
  if (key.length > LONGEST) return shape;
  if (shapes.size >= MOST) shapes.clear();
  shapes.set(key, shape);
  return shape;
};
