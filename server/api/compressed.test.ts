import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { compressed, takesGzip } from "./compressed.ts";

const json = (text: string) => new Response(text, { headers: { "content-type": "application/json" } });

test("gzip is taken where it is named and not refused", () => {
  for (const header of ["gzip", "gzip, deflate, br", "br;q=1.0, GZIP;q=0.8", "*", "identity, *;q=0.1"]) {
    expect([header, takesGzip(header)]).toEqual([header, true]);
  }
  for (const header of [undefined, "", "br", "gzip;q=0", "gzip; q=0.000, *", "*;q=0"]) {
    expect([header, takesGzip(header)]).toEqual([header, false]);
  }
});

test("what is large is compressed and says so; what is small, or wanted plain, is not, and varies all the same", async () => {
  const large = JSON.stringify(Array.from({ length: 1_000 }, (_, n) => ({ n })));
  const zipped = await compressed(json(large), "gzip");
  expect([zipped.headers.get("content-encoding"), zipped.headers.get("vary")]).toEqual(["gzip", "accept-encoding"]);
  expect(gunzipSync(new Uint8Array(await zipped.arrayBuffer())).toString()).toBe(large);
  for (const [text, accepts] of [
    ["{}", "gzip"],
    [large, undefined],
  ] as const) {
    const plain = await compressed(json(text), accepts);
    expect([plain.headers.get("content-encoding"), plain.headers.get("vary")]).toEqual([null, "accept-encoding"]);
    expect(await plain.text()).toBe(text);
  }
});

test("a log is sent as it came", async () => {
  const log = new Response("x".repeat(5_000), { headers: { "content-type": "text/plain; charset=utf-8" } });
  expect(await compressed(log, "gzip")).toBe(log);
});
