/** What was done to a page before it lived, done again now that it does; `app/early-script.ts` has kept it. */

interface Kept {
  readonly event: Event;
  /** Of a field, as it was left. */
  readonly value?: string;
  readonly checked?: boolean;
}

declare global {
  interface Window {
    early?: {
      /** In the order in which they came; what comes while these are done again is kept, too. */
      readonly kept: Kept[];
      /** What is done now comes from here. */
      again: boolean;
      /** From now on everything goes where it belongs. */
      readonly end: () => void;
    };
  }
}

/** Whoever has waited longer for an answer to a press has looked elsewhere (ms). What was written is not forgotten. */
const REMEMBERED = 10_000;

const HELD = { bubbles: true, cancelable: true } as const;

/** A letter that no key of the page took is written where one writes: the key before it may have led there. */
function write(key: string): void {
  const at = document.activeElement;
  const writes = at instanceof HTMLTextAreaElement || (at instanceof HTMLInputElement && at.selectionStart !== null);
  // The one way that says it to a field's owner as well, and that can be undone. Every browser has it.
  if (!writes) return;
  if (key === "Backspace") document.execCommand("delete");
  else if (key.length === 1) document.execCommand("insertText", false, key);
}

function pressKey({ key, code, ctrlKey, metaKey, shiftKey }: KeyboardEvent): void {
  const again = new KeyboardEvent("keydown", { key, code, ctrlKey, metaKey, shiftKey, ...HELD });
  const untaken = (document.activeElement ?? document.body).dispatchEvent(again);
  if (untaken && !ctrlKey && !metaKey) write(key);
}

function pressButton({ target }: Event): void {
  const button = target instanceof Element ? target.closest("button") : null;
  if (!button?.isConnected) return;
  // Tabs are chosen as they are pressed, not as they are let go.
  button.dispatchEvent(new MouseEvent("mousedown", HELD));
  button.click();
}

/** Past whoever has put a setter of its own on the element to hear of what is set. */
function set(element: HTMLElement, name: "value" | "checked", value: string | boolean): void {
  Object.getOwnPropertyDescriptor(Object.getPrototypeOf(element), name)?.set?.call(element, value);
}

function fill({ event: { target }, value = "", checked = false }: Kept): void {
  if (target instanceof HTMLSelectElement) {
    set(target, "value", value);
    target.dispatchEvent(new Event("change", HELD));
  } else if (target instanceof HTMLInputElement && /^(checkbox|radio)$/.test(target.type)) {
    set(target, "checked", !checked);
    if (checked || target.type === "checkbox") target.click();
  } else if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) {
    // The framework hears a change only of what is other than it last saw: that may be what stands there already.
    for (const written of [value === "" ? " " : "", value]) {
      set(target, "value", written);
      target.dispatchEvent(new Event("input", HELD));
    }
  }
}

function doAgain(one: Kept): void {
  const { event } = one;
  if (event.type === "input") fill(one);
  else if (event instanceof SubmitEvent) {
    const form = event.target;
    if (form instanceof HTMLFormElement && form.isConnected) form.requestSubmit(event.submitter);
  } else if (performance.now() - event.timeStamp > REMEMBERED) return;
  else if (event instanceof KeyboardEvent) pressKey(event);
  else pressButton(event);
}

/** Once, when all of the page listens. */
export async function takeEarly(): Promise<void> {
  const { early } = window;
  if (!early) return;
  delete window.early;
  for (let one = early.kept.shift(); one; one = early.kept.shift()) {
    early.again = true;
    doAgain(one);
    early.again = false;
    // What it changed stands before the next one comes: it may be meant for that.
    await new Promise((resolve) => setTimeout(resolve));
  }
  early.end();
}
