/** How large a gate is in a bundle of its own: `import { createGate }`, minified and compressed. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** Contracts by issuers' keys (and what they share), which only come to work with the package's `jwt` entry. */
const JWT_CONTRACTS = /\/(google-oidc|github-oidc|kubernetes-token|issued-token)\.ts$/;

/** Compressed bytes, and which Node modules or packages it would need. */
export async function bundleSize({
  entry,
  withoutJwt,
}: {
  readonly entry: string;
  readonly withoutJwt: boolean;
}): Promise<{ readonly bytes: number; readonly imports: readonly string[] }> {
  const result = await build({
    stdin: { contents: `export { createGate } from ${JSON.stringify(entry)};`, resolveDir: "/", loader: "ts" },
    ...{ bundle: true, minify: true, write: false, metafile: true },
    ...{ format: "esm", platform: "neutral", target: "es2022", external: ["node:*"] },
    plugins: withoutJwt
      ? [
          {
            name: "without-jwt",
            setup: (build) =>
              build.onLoad({ filter: JWT_CONTRACTS }, ({ path }) => {
                const name = path
                  .replace(/^.*\/|\.ts$/g, "")
                  .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
                return { contents: `export const ${name} = { hints: {} };`, loader: "ts" as const };
              }),
          },
        ]
      : [],
  });
  const [output] = Object.values(result.metafile.outputs);
  return {
    bytes: gzipSync(result.outputFiles[0]?.contents ?? new Uint8Array(), { level: 9 }).length,
    imports: (output?.imports ?? []).map(({ path }) => path),
  };
}
