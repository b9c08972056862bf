"use client";

import * as Tabs from "@radix-ui/react-tabs";
import { useState } from "react";
import type { Schedule } from "#components/api/shapes.ts";
import { SNIPPETS, type SnippetName, snippetOf, snippetText } from "#components/snippets/check-in-snippets.ts";
import { CopyButton } from "#components/ui/copy.tsx";
import { Tab } from "#components/ui/tab.tsx";

/** The line to add, in the words of whatever runs the job. */
export function Snippets({ schedule }: { readonly schedule: Schedule }) {
  const { spec, pingUrl, slug } = schedule;
  const fits = spec.kind === "cron" && (/^@\w+$/.test(spec.expression) || spec.expression.split(/\s+/).length === 5);
  const [name, setName] = useState<SnippetName>(fits ? "crontab" : "curl");
  const asked = { pingUrl, job: slug, expression: fits ? spec.expression : null };
  return (
    <Tabs.Root value={name} onValueChange={(value) => setName(SNIPPETS.find((one) => one === value) ?? "crontab")}>
      <Tabs.List
        aria-label="What runs the job"
        className="flex gap-4 overflow-x-auto border-y border-line px-[14px] max-sm:gap-3"
      >
        {SNIPPETS.map((one) => (
          <Tab key={one} value={one}>
            {one}
          </Tab>
        ))}
      </Tabs.List>
      {SNIPPETS.map((one) => {
        const parts = snippetOf(one, asked);
        return (
          <Tabs.Content key={one} value={one} className="flex items-start gap-2 py-2 pr-2 pl-[14px]">
            <pre className="min-w-0 flex-1 overflow-x-auto py-1 font-mono text-[12.5px] leading-[1.7] whitespace-pre-wrap [overflow-wrap:anywhere]">
              {parts.map(({ text, added }) => (
                <span key={text} className={added ? "text-ok" : ""}>
                  {text}
                </span>
              ))}
            </pre>
            <CopyButton text={snippetText(parts)} label={`Copy the lines for ${one}`} />
          </Tabs.Content>
        );
      })}
    </Tabs.Root>
  );
}
