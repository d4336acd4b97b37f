import { EditOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import type { ReactNode } from "react";
import { useNavigate } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import type { Right } from "@/shared/session/rights";
import { useMayChange } from "@/shared/session/session-context";
import { definitionTexts } from "./definition-texts";
import { ErrorState } from "./error-state";
import { MadeElsewhere } from "./made-elsewhere";
import { Page } from "./page";
import { Panel } from "./panel";
import { SkeletonLines } from "./skeleton";
import { useNotices } from "./use-notices";
import { When } from "./when";
import styles from "./definition-page.module.css";

interface Designed {
  name: string;
  status: "draft" | "live" | "stopped";
  version: number | null;
  draft_definition: unknown;
  updated_at: string;
  is_made_elsewhere: boolean;
}

/** How one of a kind is put in force, held, and taken away. */
export interface DefinitionVerbs<Row> {
  /** Query keys: of the row, and of the list. */
  key: readonly [string, number];
  list: string;
  /** Where the list stands; the row's page is below it. */
  path: string;
  id: number;
  writing: Right;
  publishing: Right;
  publish: (id: number) => Promise<Row>;
  switchTo: (id: number, isOn: boolean) => Promise<Row>;
  remove: (id: number) => Promise<unknown>;
  /** Whether nothing came of it yet. */
  isRemovable: (row: Row) => boolean;
  words: { stop: string; stopped: string; resume: string; resumed: string; removeText: string };
}

function Actions<Row extends Designed>({ row, verbs }: { row: Row; verbs: DefinitionVerbs<Row> }) {
  const t = useTexts(definitionTexts);
  const may = useMayChange(row);
  const navigate = useNavigate();
  const notices = useNotices();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const { id, path, words } = verbs;
  const act = useMutation({
    mutationFn: ({ change }: { change: () => Promise<Row>; text: string }) => change(),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(verbs.key, answer);
      notices.done(text);
      await queryClient.invalidateQueries({ queryKey: [verbs.list] });
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => verbs.remove(id),
    onSuccess: async () => {
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: [verbs.list] });
      await navigate(path);
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: t.removeSure(row.name),
      content: words.removeText,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => remove.mutateAsync().catch(() => undefined),
    });
  const run = (change: () => Promise<Row>, text: string) => act.mutate({ change, text });
  const writes = may(verbs.writing);
  const publishes = may(verbs.publishing);
  return (
    <>
      <MadeElsewhere row={row} right={verbs.writing} />
      {writes && verbs.isRemovable(row) && (publishes || row.status === "draft") && (
        <Button danger type="text" onClick={ask}>
          {t.remove}
        </Button>
      )}
      {publishes && row.status === "live" && (
        <Button loading={act.isPending} onClick={() => run(() => verbs.switchTo(id, false), words.stopped)}>
          {words.stop}
        </Button>
      )}
      {publishes && row.status === "stopped" && (
        <Button loading={act.isPending} onClick={() => run(() => verbs.switchTo(id, true), words.resumed)}>
          {words.resume}
        </Button>
      )}
      {writes && (
        <Button icon={<EditOutlined aria-hidden />} onClick={() => void navigate(`${path}/${id}/edit`)}>
          {t.edit}
        </Button>
      )}
      {publishes && row.draft_definition != null && (
        <Button
          type="primary"
          loading={act.isPending}
          onClick={() => run(() => verbs.publish(id), t.published)}
        >
          {row.status === "draft" ? t.publish : t.publishChanges}
        </Button>
      )}
    </>
  );
}

interface DefinitionPageProps<Row> {
  /** What `useQuery` has of it. */
  query: { data: Row | undefined; error: Error | null; refetch: () => Promise<unknown> };
  verbs: DefinitionVerbs<Row>;
  title: string;
  status: (row: Row) => ReactNode;
  /** What came of it, and beside it where people find it. */
  children: (row: Row) => ReactNode;
  aside: (row: Row) => ReactNode;
}

/** One thing that an operator has designed: how it stands, what may be done with it, and what came of it. */
export function DefinitionPage<Row extends Designed>(props: DefinitionPageProps<Row>) {
  const t = useTexts(definitionTexts);
  const { verbs, title } = props;
  const { data: row, error, refetch } = props.query;
  if (error && !row) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={row?.name ?? title}
      back={{ to: verbs.path, label: title }}
      lead={
        row && (
          <div className={styles.lead}>
            {props.status(row)}
            {row.version !== null && <span>{t.version(row.version)}</span>}
            {row.version !== null && row.draft_definition != null && <span>{t.waits}</span>}
            <When at={row.updated_at} />
          </div>
        )
      }
      actions={row && <Actions row={row} verbs={verbs} />}
    >
      {row ? (
        <div className={styles.columns}>
          <div className={styles.stack}>{props.children(row)}</div>
          {props.aside(row)}
        </div>
      ) : (
        <Panel>
          <SkeletonLines lines={8} />
        </Panel>
      )}
    </Page>
  );
}
