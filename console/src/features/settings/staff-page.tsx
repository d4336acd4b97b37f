import { MoreOutlined, PlusOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button, Dropdown } from "antd";
import { useState } from "react";
import { ApiError } from "@/api/client";
import { deactivateStaff, resetSecondStep, staffListQuery, unbindSignOn } from "@/api/company";
import type { Staff } from "@/api/types";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay, useSession } from "@/shared/session/session-context";
import { DataTable, type Column } from "@/shared/ui/data-table";
import { ErrorState } from "@/shared/ui/error-state";
import { LoadMore } from "@/shared/ui/load-more";
import { Panel } from "@/shared/ui/panel";
import { PersonAvatar } from "@/shared/ui/person-avatar";
import { StatusTag } from "@/shared/ui/status-tag";
import { useNotices } from "@/shared/ui/use-notices";
import { settingsTexts } from "./settings-texts";
import { StaffForm } from "./staff-form";
import styles from "./settings-page.module.css";

/** What may be done to somebody: their ways to log in taken away, or all of their access. */
function StaffMenu({ row }: { row: Staff }) {
  const t = useTexts(settingsTexts);
  const { modal } = App.useApp();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const deactivate = useMutation({
    mutationFn: () => deactivateStaff(row.staff_id),
    onSuccess: async () => {
      notices.done(t.staff.deactivated);
      await queryClient.invalidateQueries({ queryKey: ["staff"] });
    },
    onError: notices.failed,
  });
  const reset = useMutation({
    mutationFn: () => resetSecondStep(row.staff_id),
    onSuccess: () => notices.done(t.staff.resetDone),
    onError: (error) =>
      error instanceof ApiError && error.code === "no_second_step"
        ? notices.done(t.staff.noSecondStep)
        : notices.failed(error),
  });
  const unbind = useMutation({
    mutationFn: () => unbindSignOn(row.staff_id),
    onSuccess: () => notices.done(t.staff.unbindDone),
    onError: (error) =>
      error instanceof ApiError && error.code === "no_sign_on"
        ? notices.done(t.staff.noSignOn)
        : notices.failed(error),
  });
  const ask = (title: string, content: string, onOk: () => void) =>
    modal.confirm({
      title: `${title} · ${row.name}`,
      content,
      okText: title,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk,
    });
  const items = [
    {
      key: "reset",
      label: t.staff.resetSecondStep,
      onClick: () => ask(t.staff.resetSecondStep, t.staff.resetQuestion, () => reset.mutate()),
    },
    {
      key: "unbind",
      label: t.staff.unbindSignOn,
      onClick: () => ask(t.staff.unbindSignOn, t.staff.unbindQuestion, () => unbind.mutate()),
    },
    {
      key: "deactivate",
      danger: true,
      label: t.staff.deactivate,
      onClick: () => ask(t.staff.deactivate, t.staff.deactivateQuestion, () => deactivate.mutate()),
    },
  ];
  return (
    <Dropdown trigger={["click"]} menu={{ items }}>
      <Button
        size="small"
        type="text"
        icon={<MoreOutlined aria-hidden />}
        aria-label={t.staff.more(row.name)}
        loading={deactivate.isPending || reset.isPending || unbind.isPending}
      />
    </Dropdown>
  );
}

function StaffTable({ rows }: { rows: readonly Staff[] | undefined }) {
  const t = useTexts(settingsTexts);
  const may = useMay();
  const { staff: me } = useSession();
  const { columns: titles } = t.staff;
  const columns: Column<Staff>[] = [
    {
      key: "name",
      title: titles.name,
      cell: (row) => (
        <div className={styles.person}>
          <PersonAvatar name={row.name} size={34} />
          <div className={styles.words}>
            <span className={styles.strong}>{row.name}</span>
            <span className={styles.quiet}>{row.email}</span>
          </div>
        </div>
      ),
    },
    {
      key: "role",
      title: titles.role,
      cell: (row) => <span className={styles.whole}>{t.staff.roles[row.role]}</span>,
    },
    { key: "unit", title: titles.unit, from: "medium", cell: (row) => row.unit_name },
    {
      key: "state",
      title: titles.state,
      align: "end",
      cell: (row) => (
        <div className={styles.state}>
          <StatusTag tone={row.is_active ? "brand" : "quiet"}>
            {row.is_active ? t.staff.active : t.staff.inactive}
          </StatusTag>
          {may(rights.writeCompany) && (
            <span className={styles.menu}>
              {row.is_active && row.staff_id !== me.staff_id && <StaffMenu row={row} />}
            </span>
          )}
        </div>
      ),
    },
  ];
  return (
    <DataTable
      label={t.tabs.staff}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.staff_id}
      skeletonRows={3}
    />
  );
}

export function StaffPage() {
  const t = useTexts(settingsTexts);
  const may = useMay();
  const [formOpen, setFormOpen] = useState(false);
  const list = useInfiniteQuery(staffListQuery());
  const rows = list.data?.pages.flatMap((page) => page.rows);
  return (
    <>
      <div className={styles.bar}>
        <p className={styles.lead}>{t.staff.lead}</p>
        {may(rights.writeCompany) && (
          <Button type="primary" icon={<PlusOutlined aria-hidden />} onClick={() => setFormOpen(true)}>
            {t.staff.create}
          </Button>
        )}
      </div>
      <Panel flush>
        {list.error && !rows ? (
          <ErrorState error={list.error} onRetry={() => void list.refetch()} />
        ) : (
          <StaffTable rows={rows} />
        )}
        <LoadMore query={list} />
      </Panel>
      {formOpen && <StaffForm onClose={() => setFormOpen(false)} />}
    </>
  );
}
