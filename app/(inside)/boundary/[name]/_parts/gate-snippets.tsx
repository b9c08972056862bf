"use client";

import * as Tabs from "@radix-ui/react-tabs";
import type { Route } from "#components/api/boundary.ts";
import { GATE_SNIPPETS, gateSnippet } from "#components/boundary/gate-snippets.ts";
import { useAddress } from "#components/ui/address.ts";
import { CopyButton } from "#components/ui/copy.tsx";
import { Card, Section } from "#components/ui/page.tsx";
import { Tab } from "#components/ui/tab.tsx";

/** How the gate is put in front, ready to be pasted. */
export function GateSnippets({ route, origin }: { readonly route: Route; readonly origin: string }) {
  const { query, go } = useAddress();
  const chosen = GATE_SNIPPETS.find(({ id }) => id === query.get("with"))?.id ?? "next";
  return (
    <Section title="Put the gate in front">
      <Card>
        <Tabs.Root value={chosen} onValueChange={(id) => go({ with: id === "next" ? null : id }, { step: false })}>
          <Tabs.List
            aria-label="Where the gate stands"
            className="flex gap-4 overflow-x-auto border-b border-line px-[14px] max-sm:gap-3"
          >
            {GATE_SNIPPETS.map(({ id, label }) => (
              <Tab key={id} value={id}>
                {label}
              </Tab>
            ))}
          </Tabs.List>
          {GATE_SNIPPETS.map(({ id, label }) => {
            const { text, note, warning } = gateSnippet(id, route, origin);
            return (
              <Tabs.Content key={id} value={id} className="outline-offset-[-2px]">
                <div className="flex items-start gap-3 py-1.5 pr-1.5 pl-[14px]">
                  <p className="min-w-0 flex-1 py-1 text-s text-ink-2">{note}</p>
                  <CopyButton text={text} label={`Copy: ${label}`} />
                </div>
                {warning === null ? null : (
                  <p className="mx-[14px] mb-1 rounded-m bg-late-soft px-3 py-2 text-late">{warning}</p>
                )}
                <pre
                  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
                  tabIndex={0}
                  className="max-h-[420px] overflow-auto px-[14px] pb-3 font-mono text-s leading-[1.65]"
                >
                  {text}
                </pre>
              </Tabs.Content>
            );
          })}
        </Tabs.Root>
      </Card>
    </Section>
  );
}
