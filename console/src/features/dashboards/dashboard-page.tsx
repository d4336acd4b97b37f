import { EditOutlined, PlusOutlined, ReloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Popconfirm, Select } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { dashboardNumbersQuery, dashboardQuery, deleteDashboard, saveDashboard } from "@/api/dashboards";
import type { Dashboard, DashboardCard, DashboardDefinition } from "@/api/types";
import { useTimeFormat } from "@/shared/format/time-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useLeaveGuard } from "@/shared/ui/use-leave-guard";
import { useNotices } from "@/shared/ui/use-notices";
import { CardDialog } from "./card-dialog";
import { CardGrid } from "./card-grid";
import { dashboardsTexts } from "./dashboards-texts";
import { arranged, free, newKey } from "./grid";
import { PeriodSelect } from "./period-select";
import styles from "./dashboards.module.css";

interface Draft {
  name: string;
  dashboard: DashboardDefinition;
  /** Of what was opened: what a colleague saves meanwhile is not to be written over unseen. */
  revision: number;
}

function Opened({ saved }: { saved: Dashboard }) {
  const t = useTexts(dashboardsTexts);
  const may = useMay();
  const time = useTimeFormat();
  const notices = useNotices();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState<Draft | null>(null);
  const [open, setOpen] = useState<DashboardCard | "new" | null>(null);
  const isEditing = draft !== null;
  const shown = draft ?? { name: saved.name, dashboard: saved.dashboard, revision: saved.revision };
  const { dashboard } = shown;
  const isDirty =
    isEditing &&
    JSON.stringify([draft.name, draft.dashboard]) !== JSON.stringify([saved.name, saved.dashboard]);
  const guard = useLeaveGuard(isDirty);
  const hasNumbers = dashboard.cards.some(({ kind }) => kind !== "text");
  const numbers = useQuery({
    ...dashboardNumbersQuery(dashboard),
    enabled: hasNumbers,
    placeholderData: keepPreviousData,
  });
  const change = (part: Partial<DashboardDefinition>) =>
    setDraft((before) => before && { ...before, dashboard: { ...before.dashboard, ...part } });
  const save = useMutation({
    mutationFn: () => saveDashboard(saved.dashboard_id, shown),
    onSuccess: async (row) => {
      guard.release();
      queryClient.setQueryData(dashboardQuery(row.dashboard_id).queryKey, row);
      setDraft(null);
      notices.done(t.saved);
      await queryClient.invalidateQueries({ queryKey: ["dashboards", "list"] });
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteDashboard(saved.dashboard_id),
    onSuccess: async () => {
      guard.release();
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["dashboards", "list"] });
      await navigate("/dashboards");
    },
    onError: notices.failed,
  });
  const actions = isEditing ? (
    <>
      <Popconfirm
        title={t.removeQuestion}
        okText={t.remove}
        cancelText={t.cancel}
        onConfirm={() => remove.mutate()}
      >
        <Button danger loading={remove.isPending}>
          {t.remove}
        </Button>
      </Popconfirm>
      <Button onClick={() => setDraft(null)}>{t.discard}</Button>
      <Button
        type="primary"
        loading={save.isPending}
        disabled={!shown.name.trim()}
        onClick={() => save.mutate()}
      >
        {t.save}
      </Button>
    </>
  ) : (
    may(rights.writeDashboards) && (
      <Button
        icon={<EditOutlined aria-hidden />}
        onClick={() =>
          setDraft({
            name: saved.name,
            revision: saved.revision,
            dashboard: { ...saved.dashboard, cards: arranged(saved.dashboard.cards) },
          })
        }
      >
        {t.edit}
      </Button>
    )
  );
  return (
    <Page
      title={shown.name}
      heading={
        isEditing ? (
          <Input
            aria-label={t.name}
            maxLength={120}
            value={shown.name}
            onChange={({ target }) => setDraft({ ...shown, name: target.value })}
          />
        ) : undefined
      }
      back={{ to: "/dashboards", label: t.back }}
      actions={actions}
    >
      <div className={styles.stack}>
        <div className={styles.tools}>
          {isEditing ? (
            <>
              <Button icon={<PlusOutlined aria-hidden />} onClick={() => setOpen("new")}>
                {t.addCard}
              </Button>
              <PeriodSelect
                none={t.periods.own}
                value={dashboard.period ?? null}
                onChange={(period) => change({ period })}
              />
              <Select<"me" | "all">
                aria-label={t.sharedWith}
                disabled={!saved.is_own}
                popupMatchSelectWidth={false}
                value={dashboard.shared}
                onChange={(shared) => change({ shared })}
                options={(["me", "all"] as const).map((value) => ({ value, label: t.shared[value] }))}
              />
              <span className={styles.quiet}>{t.handleHelp}</span>
            </>
          ) : (
            <>
              <span className={`${styles.quiet} ${styles.grow}`} role="status">
                {numbers.data ? t.asOf(time.full(numbers.data.as_of)) : ""}
              </span>
              <Button
                size="small"
                icon={<ReloadOutlined aria-hidden />}
                loading={numbers.isFetching}
                onClick={() => void numbers.refetch()}
              >
                {t.refresh}
              </Button>
            </>
          )}
        </div>
        {numbers.error && !numbers.data && hasNumbers ? (
          <ErrorState error={numbers.error} onRetry={() => void numbers.refetch()} />
        ) : dashboard.cards.length === 0 ? (
          <Panel>
            <EmptyState compact icon={<PlusOutlined aria-hidden />} title={t.noCards} text={t.noCardsText} />
          </Panel>
        ) : (
          <CardGrid
            dashboard={dashboard}
            numbers={numbers.data?.cards}
            isEditing={isEditing}
            onCards={(cards) => change({ cards })}
            onEdit={setOpen}
          />
        )}
      </div>
      {open && (
        <CardDialog
          card={open === "new" ? null : open}
          newKey={newKey(dashboard.cards)}
          placeFor={({ w, h }) => free(dashboard.cards, w, h)}
          onClose={() => setOpen(null)}
          onCard={(card) => {
            const others = dashboard.cards.filter(({ key }) => key !== card.key);
            change({ cards: arranged([...others, card]) });
            setOpen(null);
          }}
        />
      )}
      {guard.question}
    </Page>
  );
}

/** One dashboard: its numbers, and the cards to be moved while it is edited. */
export function DashboardPage() {
  const t = useTexts(dashboardsTexts);
  const { dashboardId } = useParams();
  const { data, error, refetch } = useQuery(dashboardQuery(Number(dashboardId)));
  if (error && !data) {
    return (
      <Page title={t.title} back={{ to: "/dashboards", label: t.back }}>
        <ErrorState error={error} onRetry={() => void refetch()} />
      </Page>
    );
  }
  if (!data) {
    return (
      <Page title={t.title} back={{ to: "/dashboards", label: t.back }}>
        <Panel>
          <SkeletonLines lines={6} />
        </Panel>
      </Page>
    );
  }
  return <Opened key={data.dashboard_id} saved={data} />;
}
