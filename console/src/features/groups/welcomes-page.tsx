import { DeleteOutlined, EditOutlined, PlusOutlined, SmileOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { deleteGroupWelcome, groupWelcomesQuery, tryGroupWelcomeAgain } from "@/api/group-welcomes";
import type { GroupWelcomeRow } from "@/api/types";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { When } from "@/shared/ui/when";
import { GroupTabs } from "./group-tabs";
import { groupsTexts } from "./groups-texts";
import { WelcomeBubble } from "./welcome-bubble";
import { WelcomeDialog } from "./welcome-dialog";
import { welcomesTexts } from "./welcomes-texts";
import styles from "./welcomes.module.css";

/** WeCom's code for a welcome that it does not have any more. */
const DELETED_THERE = 40035;
const TONES = { waiting: "amber", made: "brand", unclear: "danger", refused: "danger" } as const;

function Actions({ welcome, onEdit }: { welcome: GroupWelcomeRow; onEdit: () => void }) {
  const t = useTexts(welcomesTexts);
  const { modal } = App.useApp();
  const notices = useNotices();
  const queries = useQueryClient();
  const looked = () => queries.invalidateQueries({ queryKey: groupWelcomesQuery().queryKey });
  const remove = useMutation({
    mutationFn: () => deleteGroupWelcome(welcome.welcome_id),
    onSuccess: looked,
    onError: notices.failed,
  });
  const again = useMutation({
    mutationFn: () => tryGroupWelcomeAgain(welcome.welcome_id),
    onSuccess: looked,
    onError: notices.failed,
  });
  const confirm = () =>
    modal.confirm({
      title: t.removeOne(welcome.name),
      content: t.removeText,
      okText: t.remove,
      cancelText: t.cancel,
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync(),
    });
  return (
    <div className={styles.actions}>
      {(welcome.state === "unclear" || welcome.state === "refused") && (
        <Button size="small" loading={again.isPending} onClick={() => again.mutate()}>
          {t.again}
        </Button>
      )}
      <Button
        type="text"
        size="small"
        icon={<EditOutlined aria-hidden />}
        aria-label={t.editOne(welcome.name)}
        onClick={onEdit}
      />
      <Button
        type="text"
        size="small"
        danger
        icon={<DeleteOutlined aria-hidden />}
        aria-label={t.removeOne(welcome.name)}
        onClick={confirm}
      />
    </div>
  );
}

function WelcomeCard(props: { welcome: GroupWelcomeRow; corp: string | null; onEdit: () => void }) {
  const { welcome, corp } = props;
  const t = useTexts(welcomesTexts);
  const may = useMay();
  return (
    <li className={styles.item}>
      <div className={styles.head}>
        <h3>{welcome.name}</h3>
        <StatusTag tone={TONES[welcome.state]}>{t.states[welcome.state]}</StatusTag>
      </div>
      <WelcomeBubble content={welcome.content} />
      {welcome.state === "unclear" && <p className={styles.fault}>{t.unclear}</p>}
      {welcome.state === "refused" && (
        <p className={styles.fault}>
          {welcome.refusal === DELETED_THERE ? t.gone : t.refused(welcome.refusal)}
        </p>
      )}
      {welcome.state === "waiting" && welcome.refusal !== 0 && (
        <p className={styles.quiet}>{t.busy(welcome.refusal)}</p>
      )}
      <div className={styles.foot}>
        <span className={styles.quiet}>
          {corp ? `${corp} · ` : ""}
          {t.changed(welcome.changed_by)} <When at={welcome.changed_at} />
        </span>
        {may(rights.writeGroups) && <Actions welcome={welcome} onEdit={props.onEdit} />}
      </div>
    </li>
  );
}

/** What who joins a group is greeted with: written here, chosen by the owner in WeCom. */
export function WelcomesPage() {
  const t = useTexts(welcomesTexts);
  const g = useTexts(groupsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const list = useQuery(groupWelcomesQuery());
  const [open, setOpen] = useState<GroupWelcomeRow | "new" | null>(null);
  const { data } = list;
  const names = new Map(data?.corps.map((each) => [each.corp_id, each.name]));
  const mayCreate = may(rights.writeGroups) && names.size > 0;
  const create = (
    <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
      {t.create}
    </Button>
  );
  return (
    <Page title={g.title} lead={g.lead}>
      <GroupTabs />
      <Panel
        title={t.list}
        note={data ? t.note(n.whole(data.most)) : undefined}
        extra={mayCreate && data?.rows.length ? create : undefined}
      >
        {list.error && !data ? (
          <ErrorState compact error={list.error} onRetry={() => void list.refetch()} />
        ) : !data ? (
          <SkeletonLines lines={4} />
        ) : data.rows.length === 0 ? (
          <EmptyState
            icon={<SmileOutlined aria-hidden />}
            title={names.size > 0 ? t.empty : t.noCorp}
            text={names.size > 0 ? t.emptyText : t.noCorpText}
            action={mayCreate ? create : undefined}
          />
        ) : (
          <ul className={styles.list}>
            {data.rows.map((each) => (
              <WelcomeCard
                key={each.welcome_id}
                welcome={each}
                corp={names.size > 1 ? (names.get(each.corp_id) ?? null) : null}
                onEdit={() => setOpen(each)}
              />
            ))}
          </ul>
        )}
      </Panel>
      {open && (
        <WelcomeDialog
          corps={data?.corps ?? []}
          welcome={open === "new" ? null : open}
          onClose={() => setOpen(null)}
        />
      )}
    </Page>
  );
}
