import { MoreOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useNavigate } from "react-router";
import {
  createSegment,
  deleteSegment,
  publishSegment,
  refreshSegment,
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
  onStored: () => void;
  onRemoved: () => void;
  onRefused: (error: Error) => void;
}

/** Save, publish, and the rest of what can be done with the segment on the page. */
export function SegmentActions({
  segment,
  draft,
  dirty,
  ready,
  onStored,
  onRemoved,
  onRefused,
}: SegmentActionsProps) {
  const t = useTexts(segmentsTexts);
  const may = useMay();
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();

  const settle = async (answer: Segment, text: string) => {
    queryClient.setQueryData(["segment", answer.segment_id], answer);
    onStored();
    notices.done(text);
    await queryClient.invalidateQueries({ queryKey: ["segments"] });
    if (!segment) await navigate(`/segments/${answer.segment_id}`, { replace: true });
  };
  const onError = (error: Error) => {
    onRefused(error);
    notices.failed(error);
  };

  const store = () => (segment ? saveSegment(segment.segment_id, draft) : createSegment(draft));
  const save = useMutation({ mutationFn: store, onSuccess: (answer) => settle(answer, t.saved), onError });
  const publish = useMutation({
    mutationFn: async () => publishSegment((dirty || !segment ? await store() : segment).segment_id),
    onSuccess: (answer) => settle(answer, t.published),
    onError,
  });
  const act = useMutation({
    mutationFn: ({ change }: { change: (id: number) => Promise<Segment>; text: string }) =>
      change(segment?.segment_id ?? 0),
    onSuccess: (answer, { text }) => settle(answer, text),
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
  const mayPublish = may(rights.publishSegments) && (dirty || !live || segment.draft_definition !== null);

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
