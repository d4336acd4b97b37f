import { MoreOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useRef } from "react";
import { useNavigate } from "react-router";
import {
  createSegment,
  deleteSegment,
  publishSegment,
  refreshSegment,
  resumeSegment,
  saveSegment,
  stopSegment,
} from "@/api/segments";
import type { Segment, SegmentDraft } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { useNotices } from "@/shared/ui/use-notices";
import { segmentsTexts } from "./segments-texts";

interface SegmentActionsProps {
  segment: Segment | null;
  draft: SegmentDraft;
  dirty: boolean;
  ready: boolean;
  /** The server's answer to a change; `sent` is the draft that it has now, null where none was sent. */
  onAnswered: (answer: Segment, sent: SegmentDraft | null) => void;
  onRemoved: () => void;
  onRefused: (error: Error) => void;
}

/** Save, publish, and the rest of what can be done with the segment on the page. */
export function SegmentActions(props: SegmentActionsProps) {
  const { segment, draft, dirty, ready, onAnswered, onRemoved, onRefused } = props;
  const t = useTexts(segmentsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();

  const settle = async (answer: Segment, sent: SegmentDraft | null) => {
    queryClient.setQueryData(["segment", answer.segment_id], answer);
    onAnswered(answer, sent);
    await queryClient.invalidateQueries({ queryKey: ["segments"] });
    if (!segment) await navigate(`/segments/${answer.segment_id}`, { replace: true });
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
      await settle(answer, draft);
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
      await settle(answer, draft);
    },
    onError,
  });
  const act = useMutation({
    mutationFn: ({ change }: { change: (id: number) => Promise<Segment>; text: string }) =>
      change(segment?.segment_id ?? 0),
    onSuccess: async (answer, { text }) => {
      notices.done(text);
      await settle(answer, null);
    },
    onError,
  });
  const remove = useMutation({
    mutationFn: () => deleteSegment(segment?.segment_id ?? 0),
    onSuccess: async () => {
      onRemoved();
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate("/segments");
    },
    onError,
  });

  const ask = (title: string, content: string, onOk: () => void) =>
    modal.confirm({
      title,
      content,
      okText: title,
      cancelText: t.cancel,
      okButtonProps: { danger: true },
      onOk,
    });
  const live = segment?.status === "live";
  const more = [
    ...(live && may(rights.publishSegments)
      ? [
          {
            key: "refresh",
            label: t.refresh,
            onClick: () => act.mutate({ change: refreshSegment, text: t.refreshed }),
          },
          {
            key: "stop",
            label: t.stop,
            onClick: () =>
              ask(t.stop, t.stopQuestion, () => act.mutate({ change: stopSegment, text: t.stopped })),
          },
        ]
      : []),
    ...(segment?.status === "stopped" && may(rights.publishSegments)
      ? [
          {
            key: "resume",
            label: t.resume,
            onClick: () => act.mutate({ change: resumeSegment, text: t.resumed }),
          },
        ]
      : []),
    ...(segment && may(rights.writeSegments)
      ? [
          {
            key: "delete",
            label: t.remove,
            danger: true,
            onClick: () => ask(t.remove, t.removeQuestion, () => remove.mutate()),
          },
        ]
      : []),
  ];
  const mayPublish =
    may(rights.publishSegments) &&
    (dirty || !segment || segment.status === "draft" || segment.draft_definition !== null);

  return (
    <>
      {more.length > 0 && (
        <Dropdown menu={{ items: more }} trigger={["click"]}>
          <Button icon={<MoreOutlined />} aria-label={t.more} />
        </Dropdown>
      )}
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
