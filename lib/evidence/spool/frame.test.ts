import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { decodeFrames, encodeFrame, type SpooledCheckIn } from "./frame.ts";

const record = fc.record({
  incoming: fc.record({
    id: fc.uuid(),
    scheduleId: fc.uuid(),
    at: fc.nat().map(instant),
    receivedAt: fc.nat().map(instant),
    kind: fc.constantFrom("start", "success", "fail", "log"),
    rid: fc.option(fc.uuid()),
    exitStatus: fc.option(fc.nat(255)),
    window: fc.option(fc.nat().map(instant)),
    body: fc.option(fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes))),
    bodyBytes: fc.nat(),
    method: fc.constantFrom("GET", "POST"),
    remoteAddress: fc.option(fc.ipV6()),
    userAgent: fc.option(fc.string()),
  }),
  unplaced: fc.constant(null),
  path: fc.string(),
});
const records: fc.Arbitrary<SpooledCheckIn[]> = fc.array(record, { minLength: 1, maxLength: 6 });
const bytesOf = (all: readonly SpooledCheckIn[]) => Buffer.concat(all.map(encodeFrame));

describe("frames of the spool", () => {
  it("come back as they went in", () => {
    fc.assert(
      fc.property(records, (all) => {
        expect(decodeFrames(bytesOf(all))).toEqual({ records: all, torn: 0, damaged: 0 });
      }),
    );
  });

  it("cut at any byte, lose only the record that is cut", () => {
    fc.assert(
      fc.property(records, fc.double({ min: 0, max: 1, noNaN: true }), (all, where) => {
        const bytes = bytesOf(all);
        const cut = Math.floor(bytes.length * where);
        let whole = 0;
        for (let end = 0; whole < all.length; whole++) {
          end += encodeFrame(all[whole] as SpooledCheckIn).length;
          if (end > cut) break;
        }
        const read = decodeFrames(bytes.subarray(0, cut));
        expect(read.records).toEqual(all.slice(0, whole));
        expect(read.damaged).toBe(0);
      }),
    );
  });

  it("followed by zeros, as a power cut leaves them, are all there", () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 5_000 }), (all, zeros) => {
        const read = decodeFrames(Buffer.concat([bytesOf(all), Buffer.alloc(zeros)]));
        expect(read).toEqual({ records: all, torn: zeros, damaged: 0 });
      }),
    );
  });

  it("with one damaged in the middle, are read behind it, and the damage is told", () => {
    fc.assert(
      fc.property(records, records, fc.nat(), (before, after, where) => {
        const middle = encodeFrame(before[0] as SpooledCheckIn);
        middle[8 + (where % (middle.length - 8))] = ~(middle[8 + (where % (middle.length - 8))] ?? 0) & 255;
        const read = decodeFrames(Buffer.concat([bytesOf(before), middle, bytesOf(after)]));
        expect(read).toEqual({ records: [...before, ...after], torn: 0, damaged: middle.length });
      }),
    );
  });
});
