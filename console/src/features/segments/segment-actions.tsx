import { EditOutlined, MoreOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useNavigate } from "react-router";
import { deleteSegment, refreshSegment, resumeSegment, stopSegment } from "@/api/segments";
import type { Segment } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { useNotices } from "@/shared/ui/use-notices";
import { segmentsTexts } from "./segments-texts";

/** What can be done with a segment that stands. */
export function SegmentActions({ segment, onRemoved }: { segment: Segment; onRemoved?: () => void }) {
  const t = useTexts(segmentsTexts);
  const may = useMayChange(segment);
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const { segment_id: segmentId, status } = segment;

  const act = useMutation({
    mutationFn: ({ change }: { change: (id: number) => Promise<Segment>; text: string }) => change(segmentId),
    onSuccess: async (answer, { text }) => {
      notices.done(text);
      queryClient.setQueryData(["segment", segmentId], answer);
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteSegment(segmentId),
    onSuccess: async () => {
      onRemoved?.();
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["segments"] });
      await navigate("/segments");
    },
    onError: notices.failed,
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

  const running = may(rights.publishSegments) && status === "live";
  const more = [
    running && {
      key: "refresh",
      label: t.refresh,
      onClick: () => act.mutate({ change: refreshSegment, text: t.refreshed }),
    },
    running && {
      key: "stop",
      label: t.stop,
      onClick: () => ask(t.stop, t.stopQuestion, () => act.mutate({ change: stopSegment, text: t.stopped })),
    },
    may(rights.publishSegments) &&
      status === "stopped" && {
        key: "resume",
        label: t.resume,
        onClick: () => act.mutate({ change: resumeSegment, text: t.resumed }),
      },
    may(rights.writeSegments) && {
      key: "delete",
      label: t.remove,
      danger: true,
      onClick: () => ask(t.remove, t.removeQuestion, () => remove.mutate()),
    },
  ].filter((item) => item !== false);

  return (
    <>
      <MadeElsewhere row={segment} right={rights.writeSegments} />
      {more.length > 0 && (
        <Dropdown menu={{ items: more }} trigger={["click"]}>
          <Button icon={<MoreOutlined aria-hidden />} aria-label={t.more} />
        </Dropdown>
      )}
    </>
  );
}

/** The way to its conditions. */
export function EditButton({ segment }: { segment: Segment }) {
  const t = useTexts(segmentsTexts);
  const may = useMayChange(segment);
  const navigate = useNavigate();
  if (!may(rights.writeSegments)) return null;
  return (
    <Button
      icon={<EditOutlined aria-hidden />}
      onClick={() => void navigate(`/segments/${segment.segment_id}/edit`)}
    >
      {t.edit}
    </Button>
  );
}
