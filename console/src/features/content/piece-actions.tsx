import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Popconfirm } from "antd";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { contentTexts } from "./content-texts";
import styles from "./content.module.css";

interface PieceActionsProps {
  id: number;
  status: "draft" | "live" | "stopped";
  listKey: "materials" | "scripts";
  mayWrite: boolean;
  mayPublish: boolean;
  onSwitch: (id: number, isOn: boolean) => Promise<unknown>;
  onDelete: (id: number) => Promise<unknown>;
  onDone: () => void;
}

/** What can be done with one that is there: off the shelf, back, away. */
export function PieceActions(props: PieceActionsProps) {
  const t = useTexts(contentTexts);
  const notices = useNotices();
  const queryClient = useQueryClient();
  const acting = useMutation({
    mutationFn: (act: "stop" | "resume" | "remove") =>
      act === "remove" ? props.onDelete(props.id) : props.onSwitch(props.id, act === "resume"),
    onSuccess: async (_, act) => {
      notices.done(t[act === "stop" ? "stopped" : act === "resume" ? "resumed" : "removed"]);
      await queryClient.invalidateQueries({ queryKey: [props.listKey] });
      props.onDone();
    },
    onError: notices.failed,
  });
  return (
    <span className={styles.actions}>
      {props.mayPublish && props.status !== "draft" && (
        <Button
          type="text"
          loading={acting.isPending}
          onClick={() => acting.mutate(props.status === "live" ? "stop" : "resume")}
        >
          {props.status === "live" ? t.stop : t.resume}
        </Button>
      )}
      {props.mayWrite && (
        <Popconfirm
          title={t.remove}
          description={t.removeSure}
          okText={t.remove}
          cancelText={t.cancel}
          onConfirm={() => acting.mutate("remove")}
        >
          <Button type="text" danger>
            {t.remove}
          </Button>
        </Popconfirm>
      )}
    </span>
  );
}
