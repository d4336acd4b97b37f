import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useNavigate } from "react-router";
import { useTexts } from "@/shared/i18n/texts";
import { definitionTexts } from "./definition-texts";
import { useNotices } from "./use-notices";

interface Kept {
  revision: number;
}

interface DefinitionStore<Row, Edit> {
  /** What is edited; null for what is new. */
  row: Row | null;
  idOf: (row: Row) => number;
  /** Query keys: of one, and of the list; the page of one is below the path of the list. */
  key: string;
  list: string;
  path: string;
  save: (id: number | null, edit: Edit, revision: number | null) => Promise<Row>;
  publish: (id: number) => Promise<Row>;
  onStored: () => void;
  onRefused: (error: Error) => void;
}

/** Saves what an editor has in its hand, and puts it in force if that is asked for. */
export function useDefinitionStore<Row extends Kept, Edit>(of: DefinitionStore<Row, Edit>) {
  const t = useTexts(definitionTexts);
  const navigate = useNavigate();
  const notices = useNotices();
  const queryClient = useQueryClient();
  // As it was when it was opened, whatever a colleague saves meanwhile: theirs must not be written over unseen. And once
  // created, while this page still shows a new one: pressing again must not create another.
  const kept = useRef(of.row);
  const store = useMutation({
    mutationFn: async ({ edit, publish }: { edit: Edit; publish: boolean }) => {
      const known = kept.current;
      const saved = await of.save(known && of.idOf(known), edit, known?.revision ?? null);
      kept.current = saved;
      return publish ? of.publish(of.idOf(saved)) : saved;
    },
    onSuccess: async (answer, { publish }) => {
      of.onStored();
      const id = of.idOf(answer);
      queryClient.setQueryData([of.key, id], answer);
      notices.done(publish ? t.published : t.saved);
      await queryClient.invalidateQueries({ queryKey: [of.list] });
      await navigate(`${of.path}/${id}`, { replace: of.row === null });
    },
    onError: (error) => {
      of.onRefused(error);
      notices.failed(error);
    },
  });
  return {
    submit: (edit: Edit, publish: boolean) => store.mutate({ edit, publish }),
    isPending: (publish: boolean) => store.isPending && store.variables.publish === publish,
  };
}
