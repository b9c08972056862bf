/** The package's entry on a server: node:crypto, which is several times as fast, and the last decisions sent at the end. */
import { nodeCrypto } from "./crypto/node.ts";
import { flushAtExit } from "./exit.ts";
import { gateWith } from "./gate.ts";
import { rememberedShapeOf } from "./shape/remembered-shape.ts";
import { withStandIn } from "./stand-in.ts";
import { world } from "./world.ts";

export * from "./index.ts";
export const createGate = gateWith({
  crypto: nodeCrypto,
  born: (gate) => flushAtExit(gate, world.later),
  handOn: withStandIn,
  shapeOf: rememberedShapeOf,
});
