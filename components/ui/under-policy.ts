/**
 * What libraries have to know to live under the policy of `server/page-policy.ts`. Import it before them: it acts as it
 * is loaded, in a browser only.
 *
 * - An open dialog or menu keeps the page behind it from scrolling by a style that react-style-singleton writes, with the
 *   nonce that get-nonce finds here. Ours is on the scripts of the page, where only scripts can read it.
 * - zod would make functions of text to be quicker, and asks whether it may: the asking alone is refused, and reported.
 */
declare global {
  var __webpack_nonce__: string | undefined;
  var __zod_globalConfig: { jitless?: boolean } | undefined;
}

if (typeof document !== "undefined") {
  const nonce = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce;
  if (nonce) globalThis.__webpack_nonce__ = nonce;
  globalThis.__zod_globalConfig ??= {};
  globalThis.__zod_globalConfig.jitless = true;
}

export {};
