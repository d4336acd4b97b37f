import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { PersonaRow } from "@/api/types";
import { useNotices } from "@/shared/ui/use-notices";

interface Change {
  change: () => Promise<PersonaRow>;
  text?: string;
}

/** Changes a persona, and shows it as it is then. */
export function usePersonaChange() {
  const notices = useNotices();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ change }: Change) => change(),
    onSuccess: async (answer, { text }) => {
      queryClient.setQueryData(["persona", answer.persona_id], answer);
      if (text) notices.done(text);
      await queryClient.invalidateQueries({ queryKey: ["personas"] });
    },
    onError: notices.failed,
  });
}
