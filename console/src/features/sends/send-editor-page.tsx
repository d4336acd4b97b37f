import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useParams, useSearchParams } from "react-router";
import { sendQuery } from "@/api/sends";
import type { SendDefinition } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { SendEditor } from "./send-editor";
import { sendsTexts } from "./sends-texts";

const starter: SendDefinition = {
  segment_id: 0,
  content: {
    title: "",
    body: "",
    link_url: null,
    attachments: [],
    overrides: {},
    fall_back_after_hours: null,
  },
  channels: ["wecom"],
  excluded_segment_ids: [],
  purpose: "marketing",
  persona_id: null,
  starts_at: null,
  begins: 9 * 60,
  ends: 21 * 60,
  days: 1,
  worth: { by: "none", percent: 10, attribute: "" },
};

function NewSend() {
  const t = useTexts(sendsTexts);
  const [search] = useSearchParams();
  // Whoever comes from a list of customers has chosen already whom it is for.
  const [definition] = useState(() => ({ ...starter, segment_id: Number(search.get("segment")) || 0 }));
  return <SendEditor send={null} name={t.newName} definition={definition} />;
}

/** Where a send is composed; `new` begins one. */
export function SendEditorPage() {
  const t = useTexts(sendsTexts);
  const { sendId } = useParams();
  const isNew = sendId === undefined;
  const { data: send, error, refetch } = useQuery({ ...sendQuery(Number(sendId)), enabled: !isNew });
  if (isNew) return <NewSend />;
  if (error && !send) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  if (send)
    return <SendEditor key={send.send_id} send={send} name={send.name} definition={send.definition} />;
  return (
    <Page title={t.title} back={{ to: "/sends", label: t.title }}>
      <Panel>
        <SkeletonLines lines={8} />
      </Panel>
    </Page>
  );
}
