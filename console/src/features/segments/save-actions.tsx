import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useRef } from "react";
import { useNavigate } from "react-router";
import { createSegment, publishSegment, saveSegment } from "@/api/segments";
import type { Segment, SegmentDraft } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { useNotices } from "@/shared/ui/use-notices";
import { editorTexts } from "./editor-texts";

interface SaveActionsProps {
  segment: Segment | null;
  draft: SegmentDraft;
  dirty: boolean;
  ready: boolean;
  /** The server's answer to a change that held `sent`. */
  onAnswered: (answer: Segment, sent: SegmentDraft) => void;
  onRefused: (error: Error) => void;
}

/** Save and publish. What is published opens on its own page; what is saved stays in the hand. */
export function SaveActions({ segment, draft, dirty, ready, onAnswered, onRefused }: SaveActionsProps) {
  const t = useTexts(editorTexts);
  const may = useMayChange(segment);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();

  const settle = async (answer: Segment, address: string | null) => {
    queryClient.setQueryData(["segment", answer.segment_id], answer);
    onAnswered(answer, draft);
    await queryClient.invalidateQueries({ queryKey: ["segments"] });
    if (address) await navigate(address, { replace: true });
  };
  const onError = (error: Error) => {
    onRefused(error);
    notices.failed(error);
  };

  // Created, but this page still shows a new one: pressing again must not create another.
  const created = useRef<Segment | null>(null);
  const store = async () => {
    const known = segment ?? created.current;
    if (known) return saveSegment(known.segment_id, { ...draft, revision: draft.revision ?? known.revision });
    created.current = await createSegment(draft);
    return created.current;
  };
  const save = useMutation({
    mutationFn: store,
    onSuccess: async (answer) => {
      notices.done(t.saved);
      await settle(answer, segment ? null : `/segments/${answer.segment_id}/edit`);
    },
    onError,
  });
  const publish = useMutation({
    mutationFn: async () => {
      const stored = dirty || !segment ? await store() : segment;
      try {
        return { answer: await publishSegment(stored.segment_id), refusal: null };
      } catch (refusal) {
        // The draft is stored all the same: a second try must not make a second segment.
        return { answer: stored, refusal: refusal as Error };
      }
    },
    onSuccess: async ({ answer, refusal }) => {
      if (refusal) onError(refusal);
      else notices.done(t.published);
      const address = `/segments/${answer.segment_id}`;
      await settle(answer, refusal ? (segment ? null : `${address}/edit`) : address);
    },
    onError,
  });
  const mayPublish =
    may(rights.publishSegments) &&
    (dirty || !segment || segment.status === "draft" || segment.draft_definition !== null);

  return (
    <>
      {may(rights.writeSegments) && (
        <Button disabled={!dirty || !ready} loading={save.isPending} onClick={() => save.mutate()}>
          {t.save}
        </Button>
      )}
      {mayPublish && (
        <Button type="primary" disabled={!ready} loading={publish.isPending} onClick={() => publish.mutate()}>
          {t.publish}
        </Button>
      )}
    </>
  );
}
