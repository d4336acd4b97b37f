import { DeleteOutlined, EditOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { App, Button } from "antd";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { deleteList, listMembersQuery, listQuery, renameList } from "@/api/lists";
import type { ListRow } from "@/api/types";
import { CustomerTable } from "@/shared/customers/customer-table";
import { useNumberFormat } from "@/shared/format/number-format";
import { useTexts } from "@/shared/i18n/texts";
import { rights } from "@/shared/session/rights";
import { useMay } from "@/shared/session/session-context";
import { ErrorState } from "@/shared/ui/error-state";
import { MadeElsewhere } from "@/shared/ui/made-elsewhere";
import { Page } from "@/shared/ui/page";
import { Panel } from "@/shared/ui/panel";
import { SkeletonLines } from "@/shared/ui/skeleton";
import { SubjectLink } from "@/shared/ui/subject-link";
import { useNotices } from "@/shared/ui/use-notices";
import { listsTexts } from "./lists-texts";
import { NameDialog } from "./name-dialog";
import { UploadPanel } from "./upload-panel";
import styles from "./lists.module.css";

function Actions({ list }: { list: ListRow }) {
  const t = useTexts(listsTexts);
  const notices = useNotices();
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const [naming, setNaming] = useState(false);
  const rename = useMutation({
    mutationFn: (name: string) => renameList(list.list_id, name),
    onSuccess: async (answer) => {
      setNaming(false);
      notices.done(t.renamed);
      queryClient.setQueryData(["list", list.list_id], answer);
      await queryClient.invalidateQueries({ queryKey: ["lists"] });
    },
    onError: notices.failed,
  });
  const remove = useMutation({
    mutationFn: () => deleteList(list.list_id),
    onSuccess: async () => {
      notices.done(t.removed);
      await queryClient.invalidateQueries({ queryKey: ["lists"] });
      await navigate("/segments/lists");
    },
    onError: notices.failed,
  });
  const ask = () =>
    modal.confirm({
      title: t.remove,
      content: t.removeQuestion,
      okText: t.remove,
      okButtonProps: { danger: true },
      cancelText: t.cancel,
      onOk: () => remove.mutate(),
    });
  if (list.is_made_elsewhere) return <MadeElsewhere row={list} right={rights.writeLists} />;
  return (
    <>
      <Button icon={<EditOutlined aria-hidden />} onClick={() => setNaming(true)}>
        {t.rename}
      </Button>
      <Button danger icon={<DeleteOutlined aria-hidden />} onClick={ask}>
        {t.remove}
      </Button>
      {naming && (
        <NameDialog
          title={t.rename}
          name={list.name}
          saving={rename.isPending}
          onSave={(name) => rename.mutate(name)}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}

function Members({ listId }: { listId: number }) {
  const t = useTexts(listsTexts);
  return (
    <Panel title={t.members} flush>
      <CustomerTable
        label={t.members}
        query={listMembersQuery(listId)}
        empty={{ title: t.nobody, text: t.nobodyText }}
      />
    </Panel>
  );
}

/** One list: who stands on it, and how that is changed. */
export function ListPage() {
  const t = useTexts(listsTexts);
  const n = useNumberFormat();
  const may = useMay();
  const listId = Number(useParams().listId);
  const { data: list, error, refetch } = useQuery(listQuery(listId));
  if (error && !list) return <ErrorState isPage error={error} onRetry={() => void refetch()} />;
  return (
    <Page
      title={list?.name ?? t.title}
      back={{ to: "/segments/lists", label: t.title }}
      lead={list ? t.people(n.whole(list.size)) : " "}
      actions={list && may(rights.writeLists) && <Actions list={list} />}
    >
      {!list ? (
        <Panel>
          <SkeletonLines lines={6} />
        </Panel>
      ) : (
        <div className={styles.stack}>
          {may(rights.writeLists) && <UploadPanel listId={listId} />}
          <Panel title={t.usedBy}>
            {list.used_by.length === 0 && <p className={styles.quiet}>{t.nobodyUses}</p>}
            <ul className={styles.users}>
              {list.used_by.map(({ definition_id: id, kind, name }) => (
                <li key={id}>
                  <SubjectLink kind={kind} id={id}>
                    {name}
                  </SubjectLink>
                </li>
              ))}
            </ul>
          </Panel>
          {may(rights.readCustomers) && <Members listId={listId} />}
        </div>
      )}
    </Page>
  );
}
