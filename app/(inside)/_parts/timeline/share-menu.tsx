"use client";

import { wordsOf } from "#components/api/client.ts";
import { absoluteInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import type { LaneHead, Stretch } from "#components/timeline/model.ts";
import type { Stage } from "#components/timeline/stage.ts";
import type { LaneFilters } from "#components/timeline/use-lanes.ts";
import { changed } from "#components/ui/address.ts";
import { copyText } from "#components/ui/copy.tsx";
import type { LateMenuProps } from "#components/ui/late-menu.tsx";
import { Menu, MenuItem } from "#components/ui/menu.tsx";
import { toast } from "#components/ui/toast.ts";
import { download, fetchCsv } from "./export.ts";
import { pictureOf } from "./picture.ts";

export interface Shown {
  readonly seen: Stretch;
  readonly lanes: readonly LaneHead[];
  readonly filters: LaneFilters;
}

export interface ShareProps {
  readonly shown: () => Shown;
  readonly stage: () => Stage | null;
}

interface ShareMenuProps extends LateMenuProps, ShareProps {
  readonly setBusy: (busy: boolean) => void;
}

const iso = (at: number): string => new Date(Math.round(at)).toISOString();
const stamp = (at: number): string => iso(at).slice(0, 16).replaceAll(":", "");

/** Where nobody may write pictures to the clipboard, it becomes a file. */
async function keepPicture(picture: Blob, name: string): Promise<string> {
  try {
    await navigator.clipboard.write([new ClipboardItem({ [picture.type]: picture })]);
    return "The picture is on the clipboard";
  } catch {
    download(picture, name);
    return `Saved as ${name}`;
  }
}

/** What the button of `share-button.tsx` opens. */
export function ShareMenu({ shown, stage, setBusy, ...given }: ShareMenuProps) {
  const { zone } = useZone();
  async function link() {
    const { seen } = shown();
    const query = changed(window.location.search, { range: null, from: iso(seen.from), to: iso(seen.to) });
    await copyText(`${window.location.origin}/${query}`);
    toast.success("The link is on the clipboard: it shows this very span");
  }
  async function picture() {
    const drawn = stage();
    const { lanes, seen } = shown();
    const [from, to] = [absoluteInZone(seen.from, zone), absoluteInZone(seen.to, zone)];
    const caption = `Rollcall, ${from} to ${to}, ${zone}`;
    const blob = drawn ? await pictureOf(drawn, { lanes, caption }) : null;
    if (blob === null) toast.error("There is no picture to copy. Choose Lanes, and try again.");
    else toast.success(await keepPicture(blob, `timeline-${stamp(seen.from)}.png`));
  }
  async function csv() {
    setBusy(true);
    try {
      const { seen, lanes } = shown();
      const text = await fetchCsv(lanes, seen);
      download(new Blob([text], { type: "text/csv;charset=utf-8" }), `timeline-${stamp(seen.from)}.csv`);
    } catch (thrown) {
      toast.error(wordsOf(thrown));
    } finally {
      setBusy(false);
    }
  }
  return (
    <Menu {...given}>
      <MenuItem onSelect={link}>Copy link</MenuItem>
      <MenuItem onSelect={picture}>Copy as image</MenuItem>
      <MenuItem onSelect={csv}>Download CSV</MenuItem>
      <MenuItem onSelect={() => setTimeout(() => window.print(), 50)}>Print</MenuItem>
    </Menu>
  );
}
