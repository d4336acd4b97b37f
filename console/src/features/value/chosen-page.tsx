import { RiseOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { Button } from "antd";
import { useState, type ReactNode } from "react";
import { useSearchParams } from "react-router";
import type { Source } from "@/api/sources";
import { useTexts } from "@/shared/i18n/texts";
import type { Right } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { EmptyState } from "@/shared/ui/empty-state";
import { ErrorState } from "@/shared/ui/error-state";
import { Panel } from "@/shared/ui/panel";
import { PickOne, useNamed } from "@/shared/ui/picker";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { useNotices } from "@/shared/ui/use-notices";
import { valueTexts } from "./value-texts";
import styles from "./value.module.css";

interface TemplateButtonsProps<Template extends string, Row> {
  rows: readonly Row[] | undefined;
  names: Readonly<Record<Template, string>>;
  make: (name: string, row: Row) => Promise<number>;
  /** What is asked anew once one was made. */
  choices: string;
  onMade: (id: number) => void;
}

/** What one can begin with: a click makes a draft of it. */
export function TemplateButtons<Template extends string, Row extends { template: Template }>({
  rows,
  names,
  make,
  choices,
  onMade,
}: TemplateButtonsProps<Template, Row>) {
  const notices = useNotices();
  const queryClient = useQueryClient();
  const making = useMutation({
    mutationFn: (row: Row) => make(names[row.template], row),
    onSuccess: async (id) => {
      await queryClient.invalidateQueries({ queryKey: [choices] });
      onMade(id);
    },
    onError: notices.failed,
  });
  return rows?.map((row) => (
    <Button
      key={row.template}
      loading={making.isPending && making.variables.template === row.template}
      onClick={() => making.mutate(row)}
    >
      {names[row.template]}
    </Button>
  ));
}

interface ChosenPageProps<Row> {
  source: Source<Row>;
  list: UseQueryResult<{ rows: Row[] }>;
  /** Where the address says which one is looked at. */
  place: string;
  /** Who may make one. */
  right: Right;
  words: { choose: string; empty: string; emptyText: string };
  templates: (onMade: (id: number) => void) => ReactNode;
  children: (row: Row, onRemoved: () => void) => ReactNode;
}

/** One of several that stand side by side, chosen above: the one in force until somebody chooses another. */
export function ChosenPage<Row extends { status: string }>(props: ChosenPageProps<Row>) {
  const { source, place, words } = props;
  const t = useTexts(valueTexts);
  const may = useMay();
  const [search, setSearch] = useSearchParams();
  const [begun, setBegun] = useState<number | null>(null);
  const wanted = Number(search.get(place)) || (begun ?? 0);
  const found = useNamed(source, wanted > 0 ? [wanted] : []).get(wanted);
  const { data, error, refetch } = props.list;
  if (error && !data) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (!data)
    return (
      <Panel>
        <SkeletonLines lines={6} />
      </Panel>
    );
  const choose = (id: number | null) =>
    setSearch(id === null ? {} : { [place]: String(id) }, { replace: true });
  const shown =
    data.rows.find((row) => source.idOf(row) === wanted) ??
    found ??
    data.rows.findLast(({ status }) => status === "live") ??
    data.rows[0];
  // It stays the one that is looked at when a colleague puts another in force.
  if (shown && begun === null) setBegun(source.idOf(shown));
  const templates = may(props.right) && props.templates(choose);
  if (!shown)
    return (
      <Panel>
        <EmptyState
          icon={<RiseOutlined aria-hidden />}
          title={words.empty}
          text={templates ? words.emptyText : t.lead}
          action={templates}
        />
      </Panel>
    );
  return (
    <>
      <div className={styles.toolbar}>
        <PickOne
          source={source}
          label={words.choose}
          className={styles.chosen}
          value={source.idOf(shown)}
          onChange={choose}
        />
        {templates && (
          <div className={styles.templates}>
            <span className={styles.quiet}>{t.startFrom}</span>
            {templates}
          </div>
        )}
      </div>
      {props.children(shown, () => choose(null))}
    </>
  );
}
