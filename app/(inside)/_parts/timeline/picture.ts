/** The lanes as one PNG: axis above, names on the left, marks beside them, as they stand on the page. */

import type { LaneHead } from "#components/timeline/model.ts";
import { ROW } from "#components/timeline/paint.ts";
import { AXIS } from "#components/timeline/paint-axis.ts";
import { readPalette } from "#components/timeline/palette.ts";
import type { Stage } from "#components/timeline/stage.ts";

const NAMES = 220;
const EDGE = 14;
/** The line below that says what is seen. */
const CAPTION = 30;

/** `null` where nothing is drawn. */
export async function pictureOf(
  stage: Stage,
  { lanes, caption }: { readonly lanes: readonly Pick<LaneHead, "slug" | "name">[]; readonly caption: string },
): Promise<Blob | null> {
  const drawn = stage.drawn();
  if (!drawn) return null;
  const { canvas, head, rows, width, height, ratio } = drawn;
  const sheet = document.createElement("canvas");
  sheet.width = Math.round((NAMES + width) * ratio);
  sheet.height = Math.round((AXIS + height + CAPTION) * ratio);
  const context = sheet.getContext("2d");
  if (!context) return null;
  const palette = readPalette(canvas);
  context.scale(ratio, ratio);
  context.fillStyle = palette.surface;
  context.fillRect(0, 0, NAMES + width, AXIS + height + CAPTION);
  context.drawImage(head, NAMES, 0, width, AXIS);
  // The canvas may be taller than the lanes on it.
  context.drawImage(canvas, 0, 0, width * ratio, height * ratio, NAMES, AXIS, width, height);
  const names = new Map(lanes.map(({ slug, name }) => [slug, name]));
  context.font = `550 13px ${palette.font}`;
  context.textBaseline = "middle";
  for (const { slug, top } of rows) {
    context.fillStyle = palette.line;
    context.fillRect(0, AXIS + top, NAMES, 1);
    context.fillStyle = palette.ink;
    context.fillText(names.get(slug) ?? slug, EDGE, AXIS + top + ROW / 2, NAMES - 2 * EDGE);
  }
  context.fillStyle = palette.line;
  context.fillRect(0, AXIS + height, NAMES + width, 1);
  context.fillStyle = palette.ink;
  context.font = `12px ${palette.font}`;
  context.fillText(caption, EDGE, AXIS + height + CAPTION / 2, NAMES + width - 2 * EDGE);
  return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
}
