import { EditOutlined } from "@ant-design/icons";
import { useMutation } from "@tanstack/react-query";
import { App, Button } from "antd";
import type { Act } from "@/api/value";
import { useTexts } from "@/shared/i18n/texts";
import type { Right } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { StatusTag, type Tone } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

const TONES: Record<"draft" | "live" | "stopped", Tone> = { draft: "quiet", live: "brand", stopped: "amber" };

interface DefinitionActionsProps {
  design: {
    name: string;
    status: "draft" | "live" | "stopped";
    draft_definition: unknown;
    is_made_elsewhere: boolean;
  };
  writing: Right;
  publishing: Right;
  /** Opens its rules, where they are not on the page. */
  onEdit?: () => void;
  act: (act: Act) => Promise<unknown>;
  remove: () => Promise<unknown>;
  onDone: () => Promise<unknown>;
  onRemoved: () => void;
}

/** Where a scheme or a ladder stands, and what can be done with all of it. */
export function DefinitionActions(props: DefinitionActionsProps) {
  const { design, onEdit, act, remove, onDone, onRemoved } = props;
  const { name, status } = design;
  const hasDraft = design.draft_definition !== null;
  const t = useTexts(valueTexts);
  const may = useMayChange(design);
  const mayPublish = may(props.publishing);
  const mayWrite = may(props.writing);
  const notices = useNotices();
  const { modal } = App.useApp();
  const doing = useMutation({
    mutationFn: async (what: Act) => {
      await act(what);
      await onDone();
      return what;
    },
    onSuccess: (what) => notices.done({ publish: t.published, stop: t.stopped, resume: t.resumed }[what]),
    onError: notices.failed,
  });
  const removing = useMutation({
    mutationFn: async () => {
      await remove();
      await onDone();
    },
    onSuccess: () => {
      notices.done(t.removed);
      onRemoved();
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: t.removeSure(name),
      content: t.removeText,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => removing.mutateAsync().catch(() => undefined),
    });
  const button = (what: Act, label: string, primary = false) => (
    <Button
      type={primary ? "primary" : "default"}
      loading={doing.isPending && doing.variables === what}
      onClick={() => doing.mutate(what)}
    >
      {label}
    </Button>
  );
  return (
    <div className={styles.actions}>
      <StatusTag tone={TONES[status]}>{t.statuses[status]}</StatusTag>
      {status !== "draft" && hasDraft && <span className={styles.quiet}>{t.waits}</span>}
      <MadeElsewhere row={design} right={props.writing} />
      {mayPublish && hasDraft && button("publish", t.publish, true)}
      {mayPublish && status === "live" && button("stop", t.stop)}
      {mayPublish && status === "stopped" && button("resume", t.resume)}
      {mayWrite && onEdit && (
        <Button icon={<EditOutlined aria-hidden />} onClick={onEdit}>
          {t.edit}
        </Button>
      )}
      {mayWrite && (mayPublish || status !== "live") && (
        <Button danger type="text" onClick={ask}>
          {t.remove}
        </Button>
      )}
    </div>
  );
}
