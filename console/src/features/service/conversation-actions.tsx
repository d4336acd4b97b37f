import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { endService, handOverService, serviceAccountsQuery } from "@/api/service";
import type { ServiceConversation } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { useNotices } from "@/shared/ui/use-notices";
import { serviceTexts } from "./service-texts";

const POOL = ":pool";

/** Hands a conversation to a colleague, or ends it. */
export function ConversationActions({ row }: { row: ServiceConversation }) {
  const t = useTexts(serviceTexts);
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const accounts = useQuery(serviceAccountsQuery());
  const act = useMutation({
    mutationFn: ({ change }: { change: () => Promise<ServiceConversation>; text: string }) => change(),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(["conversation", answer.conversation_id], answer);
      notices.done(text);
      await queryClient.invalidateQueries({ queryKey: ["conversations"] });
    },
    onError: notices.failed,
  });
  if (row.ended_at) return null;
  const account = accounts.data?.rows.find((each) => each.account_id === row.account_id);
  const items = [
    ...(account?.servicers ?? []).map((each) => ({
      key: each.userid,
      label: `${each.staff_name} · ${each.is_on_duty ? t.busy(each.busy) : t.offDuty}`,
      disabled: each.userid === row.userid,
    })),
    { key: POOL, label: t.pool, disabled: row.state === "waiting" },
  ];
  const id = row.conversation_id;
  const end = () =>
    modal.confirm({
      title: t.endSure,
      content: t.endText,
      okText: t.end,
      cancelText: t.cancel,
      onOk: () => act.mutateAsync({ change: () => endService(id), text: t.ended }).catch(() => undefined),
    });
  return (
    <>
      <Dropdown
        trigger={["click"]}
        menu={{
          items,
          onClick: ({ key }) =>
            act.mutate({ change: () => handOverService(id, key === POOL ? null : key), text: t.handed }),
        }}
      >
        <Button loading={act.isPending}>{t.handOver}</Button>
      </Dropdown>
      <Button onClick={end}>{t.end}</Button>
    </>
  );
}
