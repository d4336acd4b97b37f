import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNotices } from "@/shared/ui/use-notices";

interface Piece {
  revision: number;
}

interface Named<Definition> {
  name: string;
  definition: Definition;
}

interface Store<Row extends Piece, Definition> {
  row: Row | null;
  idOf: (row: Row) => number;
  key: "materials" | "scripts";
  save: (id: number | null, draft: Named<Definition> & { revision: number | null }) => Promise<Row>;
  publish: (id: number) => Promise<Row>;
  onDone: (text: "saved" | "published") => void;
}

/** Saves what stands in an editor's drawer, and puts it in force where that is asked for. */
export function usePiece<Row extends Piece, Definition>(of: Store<Row, Definition>) {
  const notices = useNotices();
  const queryClient = useQueryClient();
  const storing = useMutation({
    mutationFn: async ({ draft, publish }: { draft: Named<Definition>; publish: boolean }) => {
      const saved = await of.save(of.row && of.idOf(of.row), {
        ...draft,
        revision: of.row?.revision ?? null,
      });
      return publish ? of.publish(of.idOf(saved)) : saved;
    },
    onSuccess: async (_, { publish }) => {
      await queryClient.invalidateQueries({ queryKey: [of.key] });
      of.onDone(publish ? "published" : "saved");
    },
    onError: async (error) => {
      // A new one may be there already, as a draft that cannot be published.
      await queryClient.invalidateQueries({ queryKey: [of.key] });
      notices.failed(error);
    },
  });
  return {
    submit: (draft: Named<Definition>, publish: boolean) => storing.mutate({ draft, publish }),
    isPending: storing.isPending,
  };
}
